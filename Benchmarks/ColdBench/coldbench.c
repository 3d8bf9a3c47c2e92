// Times cold starts: from exec to the first request for an invocation, and on to the whole answer to
// the first event, where there is one.
//
//     coldbench [-n STARTS] [-e] NAME=PATH,HANDLER[,EVENT-FILE] ...
//
// `-e` drops each program's pages from the page cache before it starts, as on a machine that has just
// fetched it. Programs take turns; the median of each is printed, and its ratio to the first program.
// One thread, which spins, because a sleeping one would add the kernel's wake-up to every figure.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STARTS_MAX = 500, PROGRAMS_MAX = 16, REQUEST_MAX = 8 << 20 };
static const double PATIENCE = 20000;  // ms

struct program {
  char *name, *path, *handler, *event;
  size_t eventSize;
  double next[STARTS_MAX], answer[STARTS_MAX];
  long faults, resident;  // of the last start; kB
};

static char *request;
static pid_t running;
static char address[64];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void fail(const char *what, const char *name) {
  fprintf(stderr, "coldbench: %s: %s\n", name, what);
  if (running) kill(running, SIGKILL);
  exit(1);
}

static char *contents(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot be read", path);
  fseek(file, 0, SEEK_END);
  *size = ftell(file);
  rewind(file);
  char *bytes = malloc(*size + 1);
  if (fread(bytes, 1, *size, file) != *size) fail("cannot be read", path);
  fclose(file);
  return bytes;
}

// The program has the first processor and this the last, where there are two.
static void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void evict(const char *path) {
  int file = open(path, O_RDONLY);
  fdatasync(file);
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  close(file);
}

// Waits for one whole request and gives its length of body; the head stands at `request`.
static size_t receive(int listener, int *client, double end, const char *name) {
  size_t count = 0, whole = 0;
  for (;;) {
    if (now() > end) fail("no request came", name);
    if (*client < 0) {
      *client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
      if (*client >= 0) setsockopt(*client, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
      continue;
    }
    ssize_t got = recv(*client, request + count, REQUEST_MAX - count - 1, 0);
    if (got == 0) {  // a new connection may follow
      close(*client);
      *client = -1;
      count = 0;
      continue;
    }
    if (got < 0) continue;
    count += got;
    request[count] = 0;
    char *body = strstr(request, "\r\n\r\n");
    if (!body) continue;
    char *length = strcasestr(request, "content-length:");
    size_t size = length && length < body ? strtoul(length + 15, NULL, 10) : 0;
    whole = body + 4 - request + size;
    if (count >= whole) return size;
  }
}

static void answer(
    struct program *program, int listener, int *client, double begin, int round) {
  char head[512];
  int size = snprintf(head, sizeof head,
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
      "Lambda-Runtime-Aws-Request-Id: cold\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n"
      "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:0:function:cold\r\n\r\n",
      program->eventSize);
  if (send(*client, head, size, MSG_MORE) < 0) fail("took no event", program->name);
  if (send(*client, program->event, program->eventSize, 0) < 0) fail("took no event", program->name);
  receive(listener, client, begin + PATIENCE, program->name);
  program->answer[round] = now() - begin;
  if (!strstr(request, "/response")) fail(request, program->name);
}

static void start(struct program *program, int listener, int round, int isEvicting) {
  if (isEvicting) evict(program->path);
  int client = -1;
  double begin = now();
  pid_t child = vfork();
  if (child == 0) {
    pin(0);
    execl(program->path, program->path, (char *)NULL);
    _exit(127);
  }
  running = child;
  receive(listener, &client, begin + PATIENCE, program->name);
  program->next[round] = now() - begin;
  if (strncmp(request, "GET ", 4)) fail(request, program->name);
  if (program->event) answer(program, listener, &client, begin, round);
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", child);
  FILE *status = fopen(path, "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &program->resident);
  if (status) fclose(status);
  kill(child, SIGKILL);
  close(client);
  struct rusage usage;
  wait4(child, NULL, 0, &usage);
  program->faults = usage.ru_minflt + usage.ru_majflt;
}

static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count) {
  qsort(values, count, sizeof *values, order);
  return values[count / 2];
}

int main(int argc, char **argv) {
  static struct program programs[PROGRAMS_MAX];
  int starts = 40, isEvicting = 0, option, count = 0;
  while ((option = getopt(argc, argv, "n:e")) != -1) {
    if (option == 'n') starts = atoi(optarg);
    else if (option == 'e') isEvicting = 1;
    else return 2;
  }
  if (starts < 1 || starts > STARTS_MAX) return 2;
  for (int i = optind; i < argc && count < PROGRAMS_MAX; i++, count++) {
    struct program *program = &programs[count];
    program->name = strtok(argv[i], "=");
    program->path = strtok(NULL, ",");
    program->handler = strtok(NULL, ",");
    char *event = strtok(NULL, ",");
    if (!program->handler) fail("wants PATH,HANDLER[,EVENT-FILE]", program->name);
    if (event) program->event = contents(event, &program->eventSize);
  }
  request = malloc(REQUEST_MAX);
  pin(sysconf(_SC_NPROCESSORS_ONLN) - 1);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof here;
  if (bind(listener, (struct sockaddr *)&here, length) || listen(listener, 8)) fail(strerror(errno), "listen");
  getsockname(listener, (struct sockaddr *)&here, &length);
  snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(here.sin_port));
  setenv("AWS_LAMBDA_RUNTIME_API", address, 1);

  for (int round = -1; round < starts; round++)  // the first is not counted
    for (int i = 0; i < count; i++) {
      setenv("_HANDLER", programs[i].handler, 1);
      start(&programs[i], listener, round < 0 ? 0 : round, isEvicting);
    }
  printf(
      "| exec to … (%s, median of %d) | first `/next` | | first answer | | faults | RSS |\n",
      isEvicting ? "pages evicted" : "pages cached", starts);
  puts("|---|---|---|---|---|---|---|");
  double next = 0, answer = 0;
  for (int i = 0; i < count; i++) {
    double ours = median(programs[i].next, starts), whole = median(programs[i].answer, starts);
    if (i == 0) next = ours, answer = whole;
    printf("| %s | %.2f ms | %.2f × | ", programs[i].name, ours, ours / next);
    if (programs[i].event) printf("%.2f ms | %.2f × | ", whole, whole / answer);
    else printf("| | ");
    printf("%ld | %.1f MB |\n", programs[i].faults, programs[i].resident / 1024.0);
  }
  return 0;
}
