// The floor of a CSV load: what one thread of C does with the same file, and nothing besides.
//
//   floor convert SCHEMA FILE [--table NAME] [--output FILE] [--rejects FILE]
//
// Splits the file, checks every field and the UTF-8, and makes the rows of a binary COPY, which are
// thrown away, sent to a table in pieces of 32 KB (the server is libpq's PG* environment), or
// written to a file. SCHEMA names the columns' types, separated by commas: key (an integer from 1),
// count (from 0), text, time, date, number, flag or uuid; a '?' after one lets the field be absent.
//
// It is a yardstick and no loader: quotes have to come in pairs, as they do in a file that was
// written by a program, and there is no ledger, no merge and no second chance.
//
// How this works: blocks of 64 bytes become bit masks of commas, line ends and quotes; the running
// parity of quotes tells which of them count, and their places are listed. Then the list is walked
// field by field, and each field is read with wide loads and written in its binary form. A bad
// record only takes the output back to where it began.
#include "fields.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER = 1 << 17, MARGIN = 64, PIECE = 32 << 10, COLUMNS = 64 };

struct column {
  enum kind kind;
  bool optional;
};

struct floor_run {
  struct column columns[COLUMNS];
  int count;
  u8 *buffer; // MARGIN bytes before and behind may be read
  size_t room, have;
  uint32_t *marks; // where the fields of the buffer end
  size_t mark_count;
  bool has_nul, is_utf8, has_quotes;
  u8 *piece, *piece_end;
  PGconn *server;
  FILE *output, *rejects;
  uint64_t record, good, line, offset, sent;
};

static void die(const char *what, const char *why) {
  fprintf(stderr, "floor: %s: %s\n", what, why);
  exit(1);
}

static void read_schema(struct floor_run *run, char *schema) {
  static const char *names[] = {"key", "count", "text", "time", "date", "number", "flag", "uuid"};
  for (char *word = strtok(schema, ","); word; word = strtok(NULL, ",")) {
    size_t length = strlen(word);
    bool optional = length && word[length - 1] == '?';
    if (optional) word[length - 1] = 0;
    int kind = -1;
    for (int i = 0; i < 8; i++)
      if (!strcmp(word, names[i])) kind = i;
    if (kind < 0 || run->count == COLUMNS) die("schema", word);
    run->columns[run->count++] = (struct column){(enum kind)kind, optional};
  }
}

static void send_piece(struct floor_run *run) {
  size_t count = run->piece_end - run->piece;
  run->sent += count;
  run->piece_end = run->piece;
  if (run->output && fwrite(run->piece, 1, count, run->output) != count)
    die("output", strerror(errno));
  // Even, small pieces: with large ones client and server take turns instead of working at once.
  for (size_t done = 0; run->server && done < count;) {
    size_t part = count - done < PIECE ? count - done : PIECE;
    if (PQputCopyData(run->server, (const char *)run->piece + done, (int)part) != 1)
      die("server", PQerrorMessage(run->server));
    done += part;
  }
}

// Lists where fields end: commas and line ends outside quotes. Returns the line ends inside them.
static void index_buffer(struct floor_run *run) {
  const __m256i comma = _mm256_set1_epi8(','), feed = _mm256_set1_epi8('\n');
  const __m256i quote = _mm256_set1_epi8('"'), zero = _mm256_setzero_si256();
  __m256i high = zero, nul = zero;
  uint64_t inside = 0, quotes_seen = 0;
  uint32_t *mark = run->marks;
  for (size_t at = 0; at < run->have; at += 64) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(run->buffer + at));
    __m256i b = _mm256_loadu_si256((const __m256i *)(run->buffer + at + 32));
    if (at + 64 > run->have) { // what lies behind the end counts as nothing
      u8 last[64];
      memset(last, ' ', 64);
      memcpy(last, run->buffer + at, run->have - at);
      a = _mm256_loadu_si256((const __m256i *)last);
      b = _mm256_loadu_si256((const __m256i *)(last + 32));
    }
    uint64_t ends =
        mask64(_mm256_or_si256(_mm256_cmpeq_epi8(a, comma), _mm256_cmpeq_epi8(a, feed)),
               _mm256_or_si256(_mm256_cmpeq_epi8(b, comma), _mm256_cmpeq_epi8(b, feed)));
    uint64_t quotes = mask64(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
    high = _mm256_or_si256(high, _mm256_or_si256(a, b));
    nul = _mm256_or_si256(nul,
                          _mm256_or_si256(_mm256_cmpeq_epi8(a, zero), _mm256_cmpeq_epi8(b, zero)));
    if (quotes | inside) {
      quotes_seen |= quotes;
      uint64_t parity = prefix_xor(quotes) ^ inside;
      inside = (uint64_t)((int64_t)parity >> 63);
      ends &= ~parity;
    }
    // Eight at a time, whether there are as many or not: fewer branches to guess wrong.
    int count = __builtin_popcountll(ends);
    for (int done = 0; done < count; done += 8) {
      for (int i = 0; i < 8; i++) {
        mark[done + i] = (uint32_t)(at + (size_t)_tzcnt_u64(ends));
        ends &= ends - 1;
      }
    }
    mark += count;
  }
  run->mark_count = mark - run->marks;
  run->has_quotes = quotes_seen != 0;
  run->has_nul = !_mm256_testz_si256(nul, nul);
  run->is_utf8 = !_mm256_movemask_epi8(high);
}

static void reject(struct floor_run *run, size_t start, int column, const char *why) {
  run->line += count_lines(run->buffer + run->offset, start - run->offset);
  run->offset = start;
  if (run->rejects)
    fprintf(run->rejects, "%lu,%lu,%d,%s\n", run->record, run->line, column + 1, why);
}

// Converts one record, whose fields end at the marks from `mark` on. Returns why it is bad, or
// NULL.
static inline const char *convert(struct floor_run *run, size_t start, const uint32_t *mark,
                                  int fields, int *column) {
  *column = 0;
  if (fields != run->count) return fields < run->count ? "too few fields" : "too many fields";
  if (!run->is_utf8 && !valid_utf8(run->buffer + start, mark[fields - 1] - start))
    return "not UTF-8";
  u8 *out = run->piece_end;
  put16(out, (uint16_t)fields);
  out += 2;
  for (int i = 0; i < fields; i++) {
    const u8 *field = run->buffer + start;
    size_t count = mark[i] - start;
    start = mark[i] + 1;
    if (i == fields - 1 && count && field[count - 1] == '\r') count--;
    bool quoted = run->has_quotes && count && *field == '"';
    if (quoted) {
      if (count < 2 || field[count - 1] != '"') return *column = i, "text after a quote";
      field++;
      count -= 2;
    }
    if (!count) {
      if (!run->columns[i].optional) return *column = i, "missing";
      put32(out, UINT32_MAX);
      out += 4;
      continue;
    }
    if (run->has_nul && memchr(field, 0, count)) return *column = i, "NUL byte";
    int length = run->has_quotes || run->columns[i].kind != TEXT
                     ? append_field(run->columns[i].kind, field, count, quoted, out + 4)
                     : append_plain(field, count, out + 4);
    if (length < 0) return *column = i, "not of its type";
    put32(out, (uint32_t)length);
    out += 4 + length;
  }
  run->piece_end = out;
  return NULL;
}

// Converts the whole records of the buffer. Returns how many bytes they take.
static size_t convert_buffer(struct floor_run *run) {
  size_t start = 0, first = 0;
  run->offset = 0;
  if (!run->is_utf8)
    run->is_utf8 = run->mark_count && valid_utf8(run->buffer, run->marks[run->mark_count - 1]);
  for (size_t mark = 0; mark < run->mark_count; mark++) {
    if (run->buffer[run->marks[mark]] != '\n') continue;
    run->record++;
    int column;
    const char *why = convert(run, start, run->marks + first, (int)(mark + 1 - first), &column);
    if (why)
      reject(run, start, column, why);
    else
      run->good++;
    start = run->marks[mark] + 1;
    first = mark + 1;
    if (run->piece_end - run->piece >= PIECE) send_piece(run);
  }
  return start;
}

static void run_file(struct floor_run *run, const char *path) {
  int file = open(path, O_RDONLY);
  if (file < 0) die(path, strerror(errno));
  posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  for (bool at_end = false; !at_end;) {
    ssize_t got = read(file, run->buffer + run->have, run->room - run->have);
    if (got < 0) die(path, strerror(errno));
    run->have += (size_t)got;
    at_end = got == 0;
    if (at_end && run->have && run->buffer[run->have - 1] != '\n') run->buffer[run->have++] = '\n';
    index_buffer(run);
    size_t taken = convert_buffer(run);
    run->line += count_lines(run->buffer + run->offset, taken - run->offset);
    run->have -= taken;
    memmove(run->buffer, run->buffer + taken, run->have);
    if (run->have == run->room) die(path, "a record is longer than the buffer");
  }
  if (run->have) die(path, "the file ends inside quotes");
  close(file);
}

static void begin_copy(struct floor_run *run, const char *table) {
  char copy[512];
  run->server = PQconnectdb("");
  if (PQstatus(run->server) != CONNECTION_OK) die("server", PQerrorMessage(run->server));
  snprintf(copy, sizeof copy, "COPY %s FROM STDIN (FORMAT binary)", table);
  PGresult *result = PQexec(run->server, copy);
  if (PQresultStatus(result) != PGRES_COPY_IN) die("COPY", PQerrorMessage(run->server));
  PQclear(result);
}

static void end_copy(struct floor_run *run) {
  if (PQputCopyEnd(run->server, NULL) != 1) die("COPY", PQerrorMessage(run->server));
  PGresult *result = PQgetResult(run->server);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) die("COPY", PQerrorMessage(run->server));
  PQclear(result);
  PQfinish(run->server);
}

static FILE *open_output(const char *path) {
  FILE *file = fopen(path, "wb");
  if (!file) die(path, strerror(errno));
  return file;
}

int main(int argc, char **argv) {
  static struct floor_run run = {.room = BUFFER, .line = 1};
  if (argc < 4 || strcmp(argv[1], "convert")) {
    fputs("usage: floor convert SCHEMA FILE [--table NAME] [--output FILE] [--rejects FILE]\n",
          stderr);
    return 2;
  }
  read_schema(&run, argv[2]);
  // A record is no longer than the buffer, and a field's binary form no longer than its text
  // and 32.
  run.buffer = (u8 *)calloc(1, BUFFER + 2 * MARGIN) + MARGIN;
  run.marks = malloc((BUFFER + MARGIN) * sizeof *run.marks);
  run.piece = run.piece_end = malloc(PIECE + 2 * BUFFER + COLUMNS * 32);
  if (!run.marks || !run.piece) die("memory", strerror(errno));
  for (int i = 4; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--table"))
      begin_copy(&run, argv[i + 1]);
    else if (!strcmp(argv[i], "--output"))
      run.output = open_output(argv[i + 1]);
    else if (!strcmp(argv[i], "--rejects"))
      run.rejects = open_output(argv[i + 1]);
    else
      die(argv[i], "no such option");
  }
  memcpy(run.piece_end, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  run.piece_end += 19;
  run_file(&run, argv[3]);
  put16(run.piece_end, UINT16_MAX);
  run.piece_end += 2;
  send_piece(&run);
  if (run.server) end_copy(&run);
  if ((run.output && fclose(run.output)) || (run.rejects && fclose(run.rejects)))
    die("output", strerror(errno));
  printf("records %lu good %lu bad %lu bytes %lu\n", run.record, run.good, run.record - run.good,
         run.sent);
}
