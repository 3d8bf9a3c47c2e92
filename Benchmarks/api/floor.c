// The least that an answer out of the database can cost: libpq, one socket, and no more.
//
//     floor STATEMENTS alone|transaction         answers invocations of a Runtime API
//     floor STATEMENTS bare COUNT WARMUP         times the round trips themselves, without a front
//
// STATEMENTS holds, for each case, the statements that our handler sent, as the server logged them:
// BEGIN READ ONLY, the entrance, the query, COMMIT. `alone` sends the query only, by PQexecParams;
// `transaction` sends all of them in one pipeline. Nothing is prepared, the session is kept, and
// PGHOST and so on name the server. The event says in "x-bench-case" which case it wants; it is not
// read otherwise, and the answer is the rows' first column, neither escaped nor wrapped. It trusts
// everybody completely and is a measure, not a service.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CASES_MAX = 16, STATEMENTS_MAX = 8, PARAMETERS_MAX = 8, SAMPLES_MAX = 100000 };

struct statement {
  const char *sql, *parameters[PARAMETERS_MAX];
  int parameterCount;
};

static struct query {
  const char *name;
  struct statement statements[STATEMENTS_MAX];
  int count;
} queries[CASES_MAX];

static int queryCount;
static PGconn *connection;
static char *answer;
static size_t answerSize, answerCapacity;

static void die(const char *what) {
  fprintf(stderr, "floor: %s %s", what, connection ? PQerrorMessage(connection) : "\n");
  exit(1);
}

// The file is texts that each end in a NUL; counts stand before what they count.
static void read_statements(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die("cannot read the statements");
  static char bytes[1 << 20];
  bytes[fread(bytes, 1, sizeof bytes - 1, file)] = 0;
  fclose(file);
  const char *next = bytes;
#define TAKE() (field = next, next += strlen(next) + 1, field)
  const char *field;
  queryCount = atoi(TAKE());
  for (int q = 0; q < queryCount && q < CASES_MAX; q++) {
    queries[q].name = TAKE();
    queries[q].count = atoi(TAKE());
    for (int s = 0; s < queries[q].count && s < STATEMENTS_MAX; s++) {
      struct statement *one = &queries[q].statements[s];
      one->sql = TAKE();
      one->parameterCount = atoi(TAKE());
      for (int p = 0; p < one->parameterCount && p < PARAMETERS_MAX; p++) one->parameters[p] = TAKE();
    }
  }
}

static void take_rows(PGresult *result) {
  int rows = PQntuples(result);
  int isList = PQnfields(result) == 3 && PQgetvalue(result, 0, 0)[0] == '{';
  // The chunk has its count and its reach in front of the JSON.
  int column = PQnfields(result) == 3 && !isList ? 2 : 0;
  answerSize = 0;
  for (int row = 0; row < rows; row++) {
    size_t size = (size_t)PQgetlength(result, row, column);
    while (answerSize + size + 2 > answerCapacity) answer = realloc(answer, answerCapacity *= 2);
    if (isList) answer[answerSize++] = row ? ',' : '[';
    memcpy(answer + answerSize, PQgetvalue(result, row, column), size);
    answerSize += size;
  }
  if (isList) answer[answerSize++] = ']';
}

static void run_alone(const struct query *query) {
  const struct statement *one = &query->statements[query->count - 2];
  PGresult *result = PQexecParams(connection, one->sql, one->parameterCount, NULL, one->parameters,
                                  NULL, NULL, 0);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) die("the query failed:");
  take_rows(result);
  PQclear(result);
}

static void run_transaction(const struct query *query) {
  if (!PQenterPipelineMode(connection)) die("no pipeline:");
  for (int s = 0; s < query->count; s++) {
    const struct statement *one = &query->statements[s];
    if (!PQsendQueryParams(connection, one->sql, one->parameterCount, NULL, one->parameters, NULL,
                           NULL, 0))
      die("cannot send:");
  }
  if (!PQpipelineSync(connection)) die("cannot send:");
  for (int s = 0; s < query->count; s++) {
    PGresult *result = PQgetResult(connection);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) die("a statement failed:");
    if (s == query->count - 2) take_rows(result);
    PQclear(result);
    if (PQgetResult(connection)) die("the server answered out of turn");
  }
  PQclear(PQgetResult(connection));
  if (!PQexitPipelineMode(connection)) die("the pipeline does not end:");
}

static double microseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static void time_bare(int count, int warmup) {
  static double times[SAMPLES_MAX];
  if (count > SAMPLES_MAX) count = SAMPLES_MAX;
  for (int q = 0; q < queryCount; q++) {
    for (int i = -warmup; i < count; i++) {
      double start = microseconds();
      run_alone(&queries[q]);
      if (i >= 0) times[i] = microseconds() - start;
    }
    double sum = 0;
    for (int i = 0; i < count; i++) sum += times[i];
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("%s %.1f %.1f %.1f\n", queries[q].name, times[count / 2], times[count * 99 / 100],
           sum / count);
  }
}

static int dial(const char *address) {
  char host[64] = "";
  int port = 0;
  if (sscanf(address, "%63[^:]:%d", host, &port) != 2) return -1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1) return -1;
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

static void send_all(int fd, const void *head, size_t headSize, const void *body, size_t bodySize) {
  struct iovec parts[2] = {{(void *)head, headSize}, {(void *)body, bodySize}};
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    ssize_t sent = writev(fd, parts, 2);
    if (sent <= 0) exit(1);
    for (int i = 0; i < 2; i++) {
      size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
      parts[i].iov_base = (char *)parts[i].iov_base + part;
      parts[i].iov_len -= part;
      sent -= (ssize_t)part;
    }
  }
}

static char message[1 << 16];

// Reads one response whole, and takes the invocation's id from its head.
static void receive(int fd, char *id, size_t idSize) {
  size_t have = 0, whole = 0;
  while (!whole || have < whole) {
    ssize_t count = read(fd, message + have, sizeof message - have - 1);
    if (count <= 0) exit(0);
    have += (size_t)count;
    message[have] = 0;
    char *end = whole ? NULL : strstr(message, "\r\n\r\n");
    if (!end) continue;
    const char *length = strcasestr(message, "\r\nContent-Length:");
    const char *given = strcasestr(message, "\r\nLambda-Runtime-Aws-Request-Id: ");
    whole = (size_t)(end - message) + 4 + (length ? strtoul(length + 17, NULL, 10) : 0);
    if (given && id) snprintf(id, idSize, "%.*s", (int)strcspn(given + 33, "\r"), given + 33);
  }
}

static void serve(int isAlone) {
  static const char next[] =
      "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n";
  const char *address = getenv("AWS_LAMBDA_RUNTIME_API");
  int fd = address ? dial(address) : -1;
  if (fd < 0) exit(1);
  for (;;) {
    char id[128] = "", head[384];
    send_all(fd, next, sizeof next - 1, NULL, 0);
    receive(fd, id, sizeof id);
    const char *wanted = strstr(message, "\"x-bench-case\":\"");
    const struct query *query = NULL;
    for (int q = 0; wanted && q < queryCount; q++) {
      size_t length = strlen(queries[q].name);
      if (!strncmp(wanted + 16, queries[q].name, length) && wanted[16 + length] == '"')
        query = &queries[q];
    }
    if (!query) exit(1);
    if (isAlone) run_alone(query);
    else run_transaction(query);
    int length = snprintf(head, sizeof head,
                          "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\n"
                          "Host: runtime\r\nContent-Length: %zu\r\n\r\n",
                          id, answerSize);
    send_all(fd, head, (size_t)length, answer, answerSize);
    receive(fd, NULL, 0);
  }
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  read_statements(arguments[1]);
  answer = malloc(answerCapacity = 1 << 16);
  connection = PQconnectdb("");
  if (PQstatus(connection) != CONNECTION_OK) die("cannot connect:");
  if (!strcmp(arguments[2], "bare") && count == 5)
    time_bare(atoi(arguments[3]), atoi(arguments[4]));
  else
    serve(!strcmp(arguments[2], "alone"));
}
