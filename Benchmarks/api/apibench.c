// Times answers: it gives each request, and waits for the last byte of its answer.
//
//     apibench lambda COUNT WARMUP NAME=EVENT[=BODY] … -- PROGRAM …
//     apibench http COUNT WARMUP NAME=REQUEST[=BODY] … -- PORT
//     apibench cold COUNT 0 NAME=EVENT -- PROGRAM …
//
// `lambda` starts the program as Lambda would and plays its Runtime API: the clock runs from the
// first byte of an event to the last byte of the answer. `http` sends a request over a connection it
// keeps, and its clock runs alike. One request is under way at a time, as in one execution
// environment. For each case a line says p50, p99 and the mean of the whole cycle in microseconds,
// the request for the next event included. The first answer goes to the file BODY, if one is named.
// `cold` starts COUNT fresh processes and prints, for each, the microseconds from before exec to the
// last byte of its first answer.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 8 << 20, SAMPLES_MAX = 100000 };

static char *buffer, **command;
static size_t messageHead, messageBody;
static int listener, nowhere, peer = -1, isLambda;
static pid_t child;

static void end_child(void) {
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  child = 0;
  if (peer >= 0) close(peer);
  peer = -1;
}

static void die(const char *what) {
  fprintf(stderr, "apibench: %s\n", what);
  end_child();
  exit(1);
}

static double microseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void settle(int fd) {
  struct timeval patience = {.tv_sec = 30};
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  peer = fd;
}

static void send_all(const char *bytes, size_t size, int more) {
  while (size > 0) {
    ssize_t sent = send(peer, bytes, size, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    if (sent <= 0) die("cannot send");
    bytes += sent;
    size -= (size_t)sent;
  }
}

// Reads one HTTP message whole. None is sent before the one before it was answered.
static void receive(void) {
  size_t have = 0;
  messageHead = messageBody = 0;
  while (!messageHead || have < messageHead + messageBody) {
    ssize_t count = recv(peer, buffer + have, BUFFER - 1 - have, 0);
    if (count <= 0) die("no answer");
    size_t from = have > 3 ? have - 3 : 0;
    have += (size_t)count;
    if (messageHead) continue;
    char *end = memmem(buffer + from, have - from, "\r\n\r\n", 4);
    if (!end) continue;
    *end = 0;
    const char *length = strcasestr(buffer, "\r\ncontent-length:");
    messageBody = length ? strtoul(length + 17, NULL, 10) : 0;
    messageHead = (size_t)(end - buffer) + 4;
    if (messageHead + messageBody >= BUFFER) die("an answer that is too large");
  }
}

static void await_next(void) {
  receive();
  if (!strstr(buffer, "/invocation/next")) die("no request for the next invocation");
}

static void listen_somewhere(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4) ||
      getsockname(listener, (struct sockaddr *)&at, &size))
    die("cannot listen");
  struct timeval patience = {.tv_sec = 30};
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char address[32];
  snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(at.sin_port));
  setenv("AWS_LAMBDA_RUNTIME_API", address, 1);
}

static void start_program(void) {
  child = vfork();
  if (child == 0) {
    // Its logs do not belong among the figures.
    dup2(nowhere, 1);
    execv(command[0], command);
    _exit(127);
  }
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) die("the program does not ask for an invocation");
  settle(fd);
  await_next();
}

static void dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to)) die("cannot connect");
  settle(fd);
}

static char *file_bytes(const char *path, size_t *size) {
  FILE *file = fopen(path, "r");
  if (!file) die("cannot read a request");
  char *bytes = malloc(1 << 16);
  *size = fread(bytes, 1, 1 << 16, file);
  fclose(file);
  return bytes;
}

// Gives one request and takes its answer; the answer is in the buffer, its time in `time`.
static void ask(const char *request, size_t size, double *time) {
  static unsigned long number;
  char head[512];
  double start = microseconds();
  if (isLambda) {
    int length = snprintf(
        head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012lu\r\n"
        "Lambda-Runtime-Deadline-Ms: 4102444800000\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:api\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0\r\n"
        "Content-Length: %zu\r\n\r\n",
        ++number, size);
    send_all(head, (size_t)length, 1);
  }
  send_all(request, size, 0);
  receive();
  *time = microseconds() - start;
  if (isLambda ? !strstr(buffer, "/response") : !strstr(buffer, " 200 ")) {
    fprintf(stderr, "%.*s\n", (int)(messageBody < 500 ? messageBody : 500), buffer + messageHead);
    die("an error in place of an answer");
  }
}

static void ask_for_next(void) {
  static const char accepted[] =
      "HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}";
  if (!isLambda) return;
  send_all(accepted, sizeof accepted - 1, 0);
  await_next();
}

static int ascending(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static void measure(const char *name, const char *path, const char *keep, int count, int warmup) {
  static double times[SAMPLES_MAX];
  size_t size;
  char *request = file_bytes(path, &size);
  double begin = 0, ignored;
  for (int i = -warmup; i < count; i++) {
    if (i == 0) begin = microseconds();
    ask(request, size, i < 0 ? &ignored : &times[i]);
    if (i == -warmup && keep) {
      FILE *file = fopen(keep, "w");
      if (!file || fwrite(buffer + messageHead, 1, messageBody, file) != messageBody)
        die("cannot keep an answer");
      fclose(file);
    }
    ask_for_next();
  }
  double cycle = (microseconds() - begin) / count;
  qsort(times, (size_t)count, sizeof *times, ascending);
  printf("%s %.1f %.1f %.1f\n", name, times[count / 2], times[count * 99 / 100], cycle);
  free(request);
}

static void measure_cold(const char *path, int count) {
  size_t size;
  char *request = file_bytes(path, &size);
  for (int i = 0; i < count; i++) {
    double ignored, begin = microseconds();
    start_program();
    ask(request, size, &ignored);
    printf("%.1f\n", microseconds() - begin);
    end_child();
  }
}

static void print_memory(void) {
  char path[64], line[256];
  long peak = 0;
  snprintf(path, sizeof path, "/proc/%d/status", child);
  FILE *file = fopen(path, "r");
  while (file && !peak && fgets(line, sizeof line, file))
    if (!strncmp(line, "VmHWM:", 6)) peak = strtol(line + 6, NULL, 10);
  if (file) fclose(file);
  printf("memory %ld 0 0\n", peak);
}

int main(int count, char **arguments) {
  int end = 4;
  while (end < count && strcmp(arguments[end], "--")) end++;
  if (count < 6 || end + 1 >= count) return 2;
  int samples = atoi(arguments[2]), warmup = atoi(arguments[3]);
  if (samples < 1 || samples > SAMPLES_MAX) return 2;
  int isCold = !strcmp(arguments[1], "cold");
  isLambda = isCold || !strcmp(arguments[1], "lambda");
  command = arguments + end + 1;
  buffer = malloc(BUFFER);
  nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (isLambda) listen_somewhere();
  if (!isLambda) dial(atoi(command[0]));
  else if (!isCold) start_program();
  for (int i = 4; i < end; i++) {
    char *name = strtok(arguments[i], "="), *path = strtok(NULL, "="), *keep = strtok(NULL, "=");
    if (!path) return 2;
    if (isCold) measure_cold(path, samples);
    else measure(name, path, keep, samples, warmup);
  }
  if (child > 0) print_memory();
  end_child();
}
