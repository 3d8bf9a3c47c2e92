// Fields as text into PostgreSQL's binary forms, for floor.c. Every function that reads a field may
// read up to 63 bytes before and behind it, and write up to 31 bytes more than it answers.
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
enum kind { KEY, COUNT, TEXT, TIME, DATE, NUMBER, FLAG, UUID };

static inline void put16(u8 *out, uint16_t value) {
  value = __builtin_bswap16(value);
  memcpy(out, &value, 2);
}
static inline void put32(u8 *out, uint32_t value) {
  value = __builtin_bswap32(value);
  memcpy(out, &value, 4);
}
static inline void put64(u8 *out, uint64_t value) {
  value = __builtin_bswap64(value);
  memcpy(out, &value, 8);
}

static inline uint64_t mask64(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

// Each bit becomes the parity of the bits up to it.
static inline uint64_t prefix_xor(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8(-1), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

static uint64_t count_lines(const u8 *bytes, size_t count) {
  uint64_t lines = 0;
  for (const u8 *end = bytes + count; (bytes = memchr(bytes, '\n', end - bytes)); bytes++) lines++;
  return lines;
}

// Whether the bytes are UTF-8: ASCII in wide steps, the rest by the table of the Unicode standard.
static bool valid_utf8(const u8 *bytes, size_t count) {
  const u8 *end = bytes + count;
  while (bytes < end) {
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)bytes));
    if (!high) {
      bytes += 32;
      continue;
    }
    bytes += _tzcnt_u32(high);
    if (bytes >= end) return true;
    u8 lead = bytes[0], second = bytes[1];
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    u8 low = 0x80, top = 0xbf;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) top = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) top = 0x8f;
    if (lead < 0xc2 || lead > 0xf4 || end - bytes < length || second < low || second > top)
      return false;
    if (length > 2 && (bytes[2] & 0xc0) != 0x80) return false;
    if (length > 3 && (bytes[3] & 0xc0) != 0x80) return false;
    bytes += length;
  }
  return true;
}

// Up to eight digits as a number, negative when they are none. The eight bytes that hold them are
// `word`, whose bytes beside them were made '0'.
static inline int64_t digits8(uint64_t word) {
  word -= 0x3030303030303030;
  if (((word + 0x7676767676767676) | word) & 0x8080808080808080) return -1;
  word = word * 10 + (word >> 8); // pairs, in every other byte
  uint64_t odd = word & 0x000000ff000000ff, even = (word >> 16) & 0x000000ff000000ff;
  return (int64_t)((odd * (100 + (1000000ull << 32)) + even * (1 + (10000ull << 32))) >> 32);
}

// The digits that end at `end`.
static inline int64_t digits_before(const u8 *end, size_t count) {
  uint64_t word;
  memcpy(&word, end - 8, 8);
  unsigned gap = (unsigned)(8 - count) * 8; // 1 to 8 digits
  return digits8((word >> gap << gap) | (0x3030303030303030 & ~(~0ull << gap)));
}

// The digits that begin at `start`, followed by zeros up to eight.
static inline int64_t digits_after(const u8 *start, size_t count) {
  uint64_t word;
  memcpy(&word, start, 8);
  if (count == 8) return digits8(word);
  uint64_t keep = ~(~0ull << count * 8);
  return digits8((word & keep) | (0x3030303030303030 & ~keep));
}

static inline int append_integer(const u8 *field, size_t count, int64_t minimum, u8 *out) {
  if (count > 10) return -1;
  int64_t value;
  if (count <= 8) {
    value = digits_before(field + count, count);
  } else {
    int64_t high = digits_before(field + count - 8, count - 8),
            low = digits_before(field + count, 8);
    value = high < 0 || low < 0 ? -1 : high * 100000000 + low;
  }
  if (value < minimum || value > INT32_MAX) return -1;
  put32(out, (uint32_t)value);
  return 4;
}

// Days from 2000-01-01 in the Gregorian calendar, or INT32_MIN when there is no such day.
static inline int32_t day_number(unsigned year, unsigned month, unsigned day) {
  static const uint16_t before[13] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  static const u8 length[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month - 1 > 11 || day - 1 > 30 || !year) return INT32_MIN;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > length[month] + (unsigned)(month == 2 && leap)) return INT32_MIN;
  unsigned past = year - 1;
  return (int32_t)(past * 365 + past / 4 - past / 100 + past / 400 + before[month] +
                   (month > 2 && leap) + day) -
         730120;
}

// YYYY-MM-DDThh:mm as pairs of digits: century, year, month, day, hour, minute; `shape` tells which
// of the sixteen bytes have to be what. Returns whether they are.
static inline bool read_pairs(const u8 *field, __m128i shape, unsigned digit_lanes,
                              uint16_t pairs[8]) {
  __m128i text = _mm_loadu_si128((const __m128i *)field);
  __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  unsigned are_digits =
      (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits));
  unsigned are_equal = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, shape));
  const __m128i order = _mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, -1, -1, -1, -1);
  const __m128i weights = _mm_set1_epi16(10 | 1 << 8);
  _mm_storeu_si128((__m128i *)pairs, _mm_maddubs_epi16(_mm_shuffle_epi8(digits, order), weights));
  return ((are_digits & digit_lanes) | (are_equal & ~digit_lanes)) == 0xffff;
}

static inline int append_time(const u8 *field, size_t count, u8 *out) {
  const __m128i shape =
      _mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0', '0');
  uint16_t pairs[8];
  if (count != 20 || !read_pairs(field, shape, 0xdb6f, pairs)) return -1;
  unsigned tens = field[17] - '0', ones = field[18] - '0';
  if (field[16] != ':' || field[19] != 'Z' || tens > 5 || ones > 9) return -1;
  int32_t day = day_number(pairs[0] * 100u + pairs[1], pairs[2], pairs[3]);
  if (day == INT32_MIN || pairs[4] > 23 || pairs[5] > 59) return -1;
  int64_t seconds = (int64_t)day * 86400 + pairs[4] * 3600 + pairs[5] * 60 + tens * 10 + ones;
  put64(out, (uint64_t)(seconds * 1000000));
  return 8;
}

static inline int append_date(const u8 *field, size_t count, u8 *out) {
  const __m128i shape =
      _mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 0, 0, 0, 0, 0, 0);
  uint16_t pairs[8];
  // What follows the date is not judged: its lanes are compared with themselves.
  const __m128i text = _mm_loadu_si128((const __m128i *)field);
  if (count != 10 || !read_pairs(field, _mm_blend_epi16(shape, text, 0xe0), 0x036f, pairs))
    return -1;
  int32_t day = day_number(pairs[0] * 100u + pairs[1], pairs[2], pairs[3]);
  if (day == INT32_MIN) return -1;
  put32(out, (uint32_t)day);
  return 4;
}

// numeric: how many digits of base 10000, the weight of the first, the sign, the scale, the digits.
static inline int append_number(const u8 *field, size_t count, u8 *out) {
  bool negative = *field == '-';
  const u8 *end = field + count;
  field += negative || *field == '+';
  const u8 *point = memchr(field, '.', end - field);
  size_t whole = (point ? point : end) - field, scale = point ? end - point - 1 : 0;
  if (whole > 16 || scale > 8 || whole + scale == 0) return -1;
  int64_t high = whole > 8 ? digits_before(field + whole - 8, whole - 8) : 0;
  int64_t low = whole ? digits_before(field + whole, whole > 8 ? 8 : whole) : 0;
  int64_t fraction = scale ? digits_after(point + 1, scale) : 0;
  if ((high | low | fraction) < 0) return -1;
  uint16_t groups[6] = {(uint16_t)(high / 10000),     (uint16_t)(high % 10000),
                        (uint16_t)(low / 10000),      (uint16_t)(low % 10000),
                        (uint16_t)(fraction / 10000), (uint16_t)(fraction % 10000)};
  int first = 0, last = 6;
  while (first < 6 && !groups[first]) first++;
  while (last > first && !groups[last - 1]) last--;
  put16(out, (uint16_t)(last - first));
  put16(out + 2, (uint16_t)(first == last ? 0 : 3 - first));
  put16(out + 4, negative && first < last ? 0x4000 : 0);
  put16(out + 6, (uint16_t)scale);
  for (int i = first; i < last; i++) put16(out + 8 + 2 * (i - first), groups[i]);
  return 8 + 2 * (last - first);
}

static inline int append_flag(const u8 *field, size_t count, u8 *out) {
  if (count == 4 && !memcmp(field, "true", 4)) return *out = 1, 1;
  if (count == 5 && !memcmp(field, "false", 5)) return *out = 0, 1;
  return -1;
}

static inline int append_uuid(const u8 *field, size_t count, u8 *out) {
  static const int8_t starts[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
  static int8_t value[256];
  if (!value['1']) {
    memset(value, -1, 256);
    for (int i = 0; i < 10; i++) value['0' + i] = (int8_t)i;
    for (int i = 0; i < 6; i++) value['a' + i] = value['A' + i] = (int8_t)(10 + i);
  }
  if (count != 36 || field[8] != '-' || field[13] != '-' || field[18] != '-' || field[23] != '-')
    return -1;
  int bad = 0;
  for (int i = 0; i < 16; i++) {
    int high = value[field[starts[i]]], low = value[field[starts[i] + 1]];
    bad |= high | low;
    out[i] = (u8)(high << 4 | low);
  }
  return bad < 0 ? -1 : 16;
}

// Text as it is.
static inline int append_plain(const u8 *field, size_t count, u8 *out) {
  _mm256_storeu_si256((__m256i *)out, _mm256_loadu_si256((const __m256i *)field));
  if (count > 32) memcpy(out + 32, field + 32, count - 32);
  return (int)count;
}

// Text in which a quote may stand only as one of a pair, and only within quotes.
static inline int append_text(const u8 *field, size_t count, bool quoted, u8 *out) {
  const __m256i quote = _mm256_set1_epi8('"');
  const u8 *start = out, *end = field + count;
  while (field < end) {
    __m256i part = _mm256_loadu_si256((const __m256i *)field);
    _mm256_storeu_si256((__m256i *)out, part);
    uint32_t quotes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(part, quote));
    size_t length = quotes ? _tzcnt_u32(quotes) : 32;
    if (field + length >= end) return (int)(out + (end - field) - start);
    if (quotes) {
      if (!quoted || field + length + 1 >= end || field[length + 1] != '"') return -1;
      length++; // with the first of the pair, and past the second
      field++;
    }
    field += length;
    out += length;
  }
  return (int)(out - start);
}

static inline int append_field(enum kind kind, const u8 *field, size_t count, bool quoted,
                               u8 *out) {
  switch (kind) {
  case KEY:
    return append_integer(field, count, 1, out);
  case COUNT:
    return append_integer(field, count, 0, out);
  case TEXT:
    return append_text(field, count, quoted, out);
  case TIME:
    return append_time(field, count, out);
  case DATE:
    return append_date(field, count, out);
  case NUMBER:
    return append_number(field, count, out);
  case FLAG:
    return append_flag(field, count, out);
  case UUID:
    return append_uuid(field, count, out);
  }
  return -1;
}
