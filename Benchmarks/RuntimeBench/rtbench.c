// A Runtime API that starts programs and times them.
//
//     rtbench [-r ROUNDS] [-c COLD] [-v] NAME=PATH[,HANDLER][,cold] ...
//
// The first program is the floor the others are compared with. In every round each program has its
// turn: COLD fresh processes, timed from exec to the first request for an invocation, and then one
// process that is given events of three kinds, timed from the first byte of an event to the last
// byte of the request for the next one. `,cold` leaves the second part out, for programs whose
// handler does something else. Every answer's size is checked, and before the clock runs its bytes.
//
// One thread, which spins: a sleeping one would add the kernel's wake-up to every figure. Where
// there are two processors the program has one and this the other.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KINDS = 3, ROUNDS_MAX = 32, PROGRAMS_MAX = 8, CONNECTIONS_MAX = 8, WARMUP = 100 };
enum { BUFFER = 8 << 20 };
static const long long PATIENCE = 20LL * 1000 * 1000 * 1000;

static const struct kind {
  const char *label;
  size_t event;  // bytes of the event, a JSON string; 0: the event asks for a reply
  size_t reply;
  int count;
} kinds[KINDS] = {
    {"200 B echo", 200, 200, 1000},
    {"100 KB echo", 102400, 102400, 100},
    {"5 MB reply", 0, 5 << 20, 8},
};

struct program {
  char *name, *path, *handler;
  int coldOnly;
  double cold[ROUNDS_MAX], cycle[ROUNDS_MAX][KINDS], cpu[ROUNDS_MAX][KINDS];
  long startRSS, peakRSS;  // kB
  char failure[160];
};

struct request {
  struct connection *from;
  size_t size;  // head and body
  char *body;
  size_t bodySize;
  int isNext;
  char path[256];
};

static struct connection {
  int fd;
  size_t have, head;  // head: 0 until its end was seen
  char *bytes;
} connections[CONNECTIONS_MAX];

static int listener, isVerbose;
static char address[32];
static pid_t child;
static struct program *current;

static long long nanoseconds(clockid_t clock) {
  struct timespec time = {0};
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long now(void) { return nanoseconds(CLOCK_MONOTONIC); }

static int fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(current->failure, sizeof current->failure, format, list);
  va_end(list);
  return -1;
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static void listen_somewhere(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 16) ||
      getsockname(listener, (struct sockaddr *)&at, &size)) {
    perror("rtbench: listen");
    exit(1);
  }
  snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(at.sin_port));
}

static void start(const struct program *program, int cpu) {
  char *arguments[] = {program->path, NULL};
  setenv("AWS_LAMBDA_RUNTIME_API", address, 1);
  setenv("_HANDLER", program->handler, 1);
  child = vfork();
  if (child == 0) {
    if (cpu >= 0) pin(cpu);
    if (!isVerbose) {
      int nowhere = open("/dev/null", O_RDWR);
      for (int fd = 0; fd < 3; fd++) dup2(nowhere, fd);
    }
    execv(program->path, arguments);
    _exit(127);
  }
}

static void stop(void) {
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    child = 0;
  }
  for (int i = 0; i < CONNECTIONS_MAX; i++) {
    if (connections[i].fd) close(connections[i].fd);
    connections[i].fd = 0;
    connections[i].have = connections[i].head = 0;
  }
  int late;
  while ((late = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) close(late);
}

static void admit(void) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (int i = 0; i < CONNECTIONS_MAX; i++) {
    if (connections[i].fd) continue;
    connections[i].fd = fd;
    if (!connections[i].bytes) connections[i].bytes = malloc(BUFFER);
    return;
  }
  close(fd);
}

// The request at the front of a connection's bytes, if all of it is there.
static int is_complete(struct connection *from, struct request *request) {
  if (!from->head) {
    char *end = memmem(from->bytes, from->have, "\r\n\r\n", 4);
    if (!end) return 0;
    from->head = (size_t)(end - from->bytes) + 4;
  }
  from->bytes[from->head - 1] = 0;
  const char *length = strcasestr(from->bytes, "\r\ncontent-length:");
  size_t bodySize = length ? strtoul(length + 17, NULL, 10) : 0;
  from->bytes[from->head - 1] = '\n';
  if (from->have < from->head + bodySize) return 0;
  *request = (struct request){.from = from, .size = from->head + bodySize, .bodySize = bodySize};
  request->body = from->bytes + from->head;
  request->isNext = !strncmp(from->bytes, "GET ", 4);
  // Not sscanf, which first looks for the end of a string that is the whole buffer.
  const char *path = memchr(from->bytes, ' ', from->head);
  const char *end = path ? memchr(path + 1, ' ', from->head - (size_t)(path + 1 - from->bytes)) : 0;
  if (end) snprintf(request->path, sizeof request->path, "%.*s", (int)(end - path - 1), path + 1);
  return 1;
}

static int await_request(struct request *request) {
  long long deadline = now() + PATIENCE;
  for (unsigned turn = 0;; turn++) {
    int open = 0;
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      struct connection *from = &connections[i];
      if (!from->fd) continue;
      open++;
      ssize_t count = recv(from->fd, from->bytes + from->have, BUFFER - from->have, MSG_DONTWAIT);
      if (count > 0) {
        from->have += (size_t)count;
        if (is_complete(from, request)) return 0;
        if (from->have == BUFFER) return fail("a request of more than %d bytes", BUFFER);
      } else if (count == 0) {
        close(from->fd);
        *from = (struct connection){.bytes = from->bytes};
      }
    }
    if (!open || turn % 64 == 0) admit();
    if (turn % 4096 == 0) {
      int status;
      if (waitpid(child, &status, WNOHANG) == child) {
        child = 0;
        return fail(WIFEXITED(status) ? "it exited with %d" : "it was ended by signal %d",
                    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
      }
      if (now() > deadline) return fail("it asked for nothing");
    }
  }
}

static void done_with(struct request *request) {
  struct connection *from = request->from;
  from->have -= request->size;
  memmove(from->bytes, from->bytes + request->size, from->have);
  from->head = 0;
}

static int send_all(int fd, const char *bytes, size_t size, int more) {
  while (size > 0) {
    ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return fail("send: %s", strerror(errno));
    if (sent > 0) bytes += sent, size -= (size_t)sent;
  }
  return 0;
}

static int await_next(struct request *request) {
  if (await_request(request)) return -1;
  if (request->isNext && strstr(request->path, "/invocation/next")) return 0;
  return fail("%s in place of the next invocation", request->path);
}

// Gives an event, takes the answer, and waits to be asked for the next one.
static int invoke(struct request *next, const char *event, size_t size, size_t expected,
                  int isTimed) {
  static unsigned long number;
  static const char accepted[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}";
  char head[512], path[256];
  struct request answer;
  int length = snprintf(
      head, sizeof head,
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012lu\r\n"
      "Lambda-Runtime-Deadline-Ms: 4102444800000\r\n"
      "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n"
      "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0\r\n"
      "Content-Length: %zu\r\n\r\n",
      ++number, size);
  snprintf(path, sizeof path, "/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-%012lu/response",
           number);
  int fd = next->from->fd;
  done_with(next);
  if (send_all(fd, head, (size_t)length, 1) || send_all(fd, event, size, 0)) return -1;
  if (await_request(&answer)) return -1;
  if (strcmp(answer.path, path)) return fail("%s in place of a response", answer.path);
  if (answer.bodySize != expected) return fail("%zu bytes, not %zu", answer.bodySize, expected);
  if (!isTimed && size == expected && memcmp(answer.body, event, size))
    return fail("an echo that differs");
  fd = answer.from->fd;
  done_with(&answer);
  if (send_all(fd, accepted, sizeof accepted - 1, 0)) return -1;
  return await_next(next);
}

static int ascending(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  return values[count / 2];
}

static long memory(const char *field) {
  char path[64], line[256];
  long found = 0;
  snprintf(path, sizeof path, "/proc/%d/status", child);
  FILE *file = fopen(path, "r");
  while (file && !found && fgets(line, sizeof line, file))
    if (!strncmp(line, field, strlen(field))) found = strtol(line + strlen(field), NULL, 10);
  if (file) fclose(file);
  return found;
}

static double cpu_microseconds(void) {
  clockid_t clock;
  return clock_getcpuclockid(child, &clock) ? 0 : (double)nanoseconds(clock) / 1e3;
}

static void measure_cold(struct program *program, int round, int count, int cpu) {
  double times[256];
  struct request next;
  for (int i = 0; i < count && !program->failure[0]; i++) {
    long long begin = now();
    start(program, cpu);
    if (!await_next(&next)) times[i] = (double)(now() - begin) / 1e6;
    program->startRSS = memory("VmRSS:");
    stop();
  }
  if (!program->failure[0]) program->cold[round] = median(times, count);
}

static void measure_warm(struct program *program, int round, int cpu) {
  static char event[1 << 20];
  static double times[4096];
  struct request next;
  start(program, cpu);
  if (await_next(&next)) return stop();
  for (int k = 0; k < KINDS && !program->failure[0]; k++) {
    size_t size = kinds[k].event;
    if (size) {
      memset(event, 'a', size);
      event[0] = event[size - 1] = '"';
    } else {
      size = (size_t)snprintf(event, sizeof event, "{\"size\":%zu}", kinds[k].reply);
    }
    int bad = 0;
    for (int i = 0; i < (kinds[k].count < WARMUP ? 2 : WARMUP) && !bad; i++)
      bad = invoke(&next, event, size, kinds[k].reply, 0);
    double used = cpu_microseconds();
    for (int i = 0; i < kinds[k].count && !bad; i++) {
      long long begin = now();
      bad = invoke(&next, event, size, kinds[k].reply, 1);
      times[i] = (double)(now() - begin) / 1e3;
    }
    program->cpu[round][k] = (cpu_microseconds() - used) / kinds[k].count;
    program->cycle[round][k] = median(times, kinds[k].count);
  }
  long peak = memory("VmHWM:");
  if (peak > program->peakRSS) program->peakRSS = peak;
  stop();
}

static double best(const double *values, int rounds, int stride) {
  double found = values[0];
  for (int i = 1; i < rounds; i++)
    found = values[i * stride] < found ? values[i * stride] : found;
  return found;
}

static void print_figure(double value, double floor, const char *unit) {
  printf(" %8.*f %s %5.2fx", value < 10 ? 2 : 0, value, unit, floor > 0 ? value / floor : 0);
}

static void print(const struct program *programs, int count, int rounds) {
  printf("p50 of the best of %d rounds; x: times the floor\n\n%-14s %18s %9s", rounds, "",
         "exec to /next", "RSS");
  for (int k = 0; k < KINDS; k++) printf(" %18s %18s", kinds[k].label, "CPU each");
  printf(" %9s\n", "peak RSS");
  const struct program *floor = programs;
  for (int i = 0; i < count; i++) {
    const struct program *program = &programs[i];
    printf("%-14s", program->name);
    if (program->failure[0]) {
      printf(" failed: %s\n", program->failure);
      continue;
    }
    print_figure(best(program->cold, rounds, 1), best(floor->cold, rounds, 1), "ms");
    printf(" %6.1f MB", (double)program->startRSS / 1024);
    for (int k = 0; k < KINDS && !program->coldOnly; k++) {
      print_figure(best(&program->cycle[0][k], rounds, KINDS),
                   best(&floor->cycle[0][k], rounds, KINDS), "us");
      print_figure(best(&program->cpu[0][k], rounds, KINDS),
                   best(&floor->cpu[0][k], rounds, KINDS), "us");
    }
    if (!program->coldOnly) printf(" %6.1f MB", (double)program->peakRSS / 1024);
    printf("\n");
  }
}

int main(int count, char **arguments) {
  static struct program programs[PROGRAMS_MAX];
  int rounds = 10, cold = 5, option, number = 0, isBad = 0;
  while ((option = getopt(count, arguments, "r:c:v")) != -1) {
    if (option == 'r') rounds = atoi(optarg);
    else if (option == 'c') cold = atoi(optarg);
    else if (option == 'v') isVerbose = 1;
    else return 2;
  }
  if (rounds < 1 || rounds > ROUNDS_MAX || cold < 1 || cold > 256) return 2;
  for (; optind < count && number < PROGRAMS_MAX; optind++, number++) {
    struct program *program = &programs[number];
    program->name = strtok(arguments[optind], "=");
    program->path = strtok(NULL, ",");
    program->handler = "function.handler";
    if (!program->path) return fprintf(stderr, "rtbench: NAME=PATH[,HANDLER][,cold]\n"), 2;
    for (char *part; (part = strtok(NULL, ","));)
      if (!strcmp(part, "cold")) program->coldOnly = 1;
      else program->handler = part;
  }
  int cpu = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 1 : -1;
  if (cpu > 0) pin(0);
  listen_somewhere();
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < number; i++) {
      // Every other round backwards, so that no program always follows the same one.
      current = &programs[round % 2 ? number - 1 - i : i];
      if (!current->failure[0]) measure_cold(current, round, cold, cpu);
      if (!current->failure[0] && !current->coldOnly) measure_warm(current, round, cpu);
    }
  }
  print(programs, number, rounds);
  for (int i = 0; i < number; i++) isBad |= programs[i].failure[0] != 0;
  return isBad;
}
