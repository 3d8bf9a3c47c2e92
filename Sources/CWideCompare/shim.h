// Byte comparison in wide steps, which Swift 6.3 can only express as a scalar loop.
//
// SSE2 is part of every x86-64; other CPUs take the portable functions, whose results are the same
// (CSVTests holds them against each other).
#pragma once
#include <stdint.h>
#include <stddef.h>
#include <string.h>
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

/// Where the bytes that matter to CSV stand among 64: bit i of each mask is byte i.
typedef struct {
  uint64_t quote, delimiter, newline, carriage_return;
  /// Not zero if a byte is above 0x7F.
  uint32_t high;
} cwide_structure;

static inline cwide_structure cwide_structure64_portable(
    const uint8_t *bytes, uint8_t quote, uint8_t delimiter) {
  cwide_structure found = {0, 0, 0, 0, 0};
  for (unsigned i = 0; i < 64; i++) {
    uint8_t byte = bytes[i];
    found.quote |= (uint64_t)(byte == quote) << i;
    found.delimiter |= (uint64_t)(byte == delimiter) << i;
    found.newline |= (uint64_t)(byte == '\n') << i;
    found.carriage_return |= (uint64_t)(byte == '\r') << i;
    found.high |= byte & 0x80;
  }
  return found;
}

/// The number of leading bytes that are ASCII, rounded down to what was looked at in whole steps.
static inline size_t cwide_ascii_prefix_portable(const uint8_t *bytes, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  return i;
}

#if defined(__x86_64__)
static inline uint64_t cwide_mask64(__m128i a, __m128i b, __m128i c, __m128i d) {
  return (uint64_t)(uint32_t)_mm_movemask_epi8(a) |
         (uint64_t)(uint32_t)_mm_movemask_epi8(b) << 16 |
         (uint64_t)(uint32_t)_mm_movemask_epi8(c) << 32 |
         (uint64_t)(uint32_t)_mm_movemask_epi8(d) << 48;
}
#endif

static inline cwide_structure cwide_structure64(
    const uint8_t *bytes, uint8_t quote, uint8_t delimiter) {
#if defined(__x86_64__)
  const __m128i a = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + 16));
  const __m128i c = _mm_loadu_si128((const __m128i *)(bytes + 32));
  const __m128i d = _mm_loadu_si128((const __m128i *)(bytes + 48));
  const __m128i q = _mm_set1_epi8((char)quote), r = _mm_set1_epi8('\r');
  const __m128i f = _mm_set1_epi8((char)delimiter), n = _mm_set1_epi8('\n');
  const __m128i qa = _mm_cmpeq_epi8(a, q), qb = _mm_cmpeq_epi8(b, q);
  const __m128i qc = _mm_cmpeq_epi8(c, q), qd = _mm_cmpeq_epi8(d, q);
  const __m128i ra = _mm_cmpeq_epi8(a, r), rb = _mm_cmpeq_epi8(b, r);
  const __m128i rc = _mm_cmpeq_epi8(c, r), rd = _mm_cmpeq_epi8(d, r);
  cwide_structure found;
  found.delimiter = cwide_mask64(
      _mm_cmpeq_epi8(a, f), _mm_cmpeq_epi8(b, f), _mm_cmpeq_epi8(c, f), _mm_cmpeq_epi8(d, f));
  found.newline = cwide_mask64(
      _mm_cmpeq_epi8(a, n), _mm_cmpeq_epi8(b, n), _mm_cmpeq_epi8(c, n), _mm_cmpeq_epi8(d, n));
  found.high = (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)));
  // Most blocks have neither: one look instead of eight.
  const __m128i rare = _mm_or_si128(
      _mm_or_si128(_mm_or_si128(qa, qb), _mm_or_si128(qc, qd)),
      _mm_or_si128(_mm_or_si128(ra, rb), _mm_or_si128(rc, rd)));
  found.quote = 0;
  found.carriage_return = 0;
  if (_mm_movemask_epi8(rare)) {
    found.quote = cwide_mask64(qa, qb, qc, qd);
    found.carriage_return = cwide_mask64(ra, rb, rc, rd);
  }
  return found;
#else
  return cwide_structure64_portable(bytes, quote, delimiter);
#endif
}

static inline size_t cwide_ascii_prefix(const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    const __m128i a = _mm_loadu_si128((const __m128i *)(bytes + i));
    const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + i + 16));
    const __m128i c = _mm_loadu_si128((const __m128i *)(bytes + i + 32));
    const __m128i d = _mm_loadu_si128((const __m128i *)(bytes + i + 48));
    if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)))) break;
  }
  for (; i + 16 <= count; i += 16)
    if (_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(bytes + i)))) break;
  return i;
#else
  return cwide_ascii_prefix_portable(bytes, count);
#endif
}

/// Where one value stands among 64 bytes.
static inline uint64_t cwide_equal64(const uint8_t *bytes, uint8_t value) {
#if defined(__x86_64__)
  const __m128i v = _mm_set1_epi8((char)value);
  return cwide_mask64(
      _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)bytes), v),
      _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16)), v),
      _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + 32)), v),
      _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + 48)), v));
#else
  return cwide_structure64_portable(bytes, value, value).delimiter;
#endif
}

/// The parts that bytes play in UTF-8, among 64.
typedef struct {
  /// Bytes 80…BF.
  uint64_t continuation;
  /// Bytes from C0, from E0 and from F0 on: what starts at least two, three or four bytes.
  uint64_t two, three, four;
  /// The starts that need a closer look: C0, C1, E0, ED and all from F0 on.
  uint64_t special;
} cwide_utf8;

static inline cwide_utf8 cwide_utf8_64_portable(const uint8_t *bytes) {
  cwide_utf8 found = {0, 0, 0, 0, 0};
  for (unsigned i = 0; i < 64; i++) {
    uint8_t byte = bytes[i];
    found.continuation |= (uint64_t)((byte & 0xC0) == 0x80) << i;
    found.two |= (uint64_t)(byte >= 0xC0) << i;
    found.three |= (uint64_t)(byte >= 0xE0) << i;
    found.four |= (uint64_t)(byte >= 0xF0) << i;
    found.special |=
        (uint64_t)((byte & 0xFE) == 0xC0 || byte == 0xE0 || byte == 0xED || byte >= 0xF0) << i;
  }
  return found;
}

static inline cwide_utf8 cwide_utf8_64(const uint8_t *bytes) {
#if defined(__x86_64__)
  const __m128i a = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + 16));
  const __m128i c = _mm_loadu_si128((const __m128i *)(bytes + 32));
  const __m128i d = _mm_loadu_si128((const __m128i *)(bytes + 48));
  // Signed compares: 80…FF are the negative numbers, so C0…FF are those of them above BF.
#define CWIDE_EACH(op) op(a), op(b), op(c), op(d)
#define CWIDE_ANY(op) \
  _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(op(a), op(b)), _mm_or_si128(op(c), op(d))))
#define CWIDE_INSIDE(v) _mm_cmplt_epi8(v, _mm_set1_epi8((char)0xC0))
#define CWIDE_FROM_E0(v) _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8((char)0xE0)), v)
#define CWIDE_FROM_F0(v) _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8((char)0xF0)), v)
#define CWIDE_C0_OR_C1(v) \
  _mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xFE)), _mm_set1_epi8((char)0xC0))
#define CWIDE_E0_OR_ED(v)                               \
  _mm_or_si128(                                         \
      _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE0)),     \
      _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xED)))
  cwide_utf8 found = {0, 0, 0, 0, 0};
  found.continuation = cwide_mask64(CWIDE_EACH(CWIDE_INSIDE));
  found.two = cwide_mask64(a, b, c, d) & ~found.continuation;
  // Most blocks of a language with accents have none of these: a few looks instead of many.
  if (CWIDE_ANY(CWIDE_C0_OR_C1)) found.special = cwide_mask64(CWIDE_EACH(CWIDE_C0_OR_C1));
  if (CWIDE_ANY(CWIDE_FROM_E0)) {
    found.three = cwide_mask64(CWIDE_EACH(CWIDE_FROM_E0));
    found.four = cwide_mask64(CWIDE_EACH(CWIDE_FROM_F0));
    found.special |= found.four | cwide_mask64(CWIDE_EACH(CWIDE_E0_OR_ED));
  }
#undef CWIDE_EACH
#undef CWIDE_ANY
#undef CWIDE_INSIDE
#undef CWIDE_FROM_E0
#undef CWIDE_FROM_F0
#undef CWIDE_C0_OR_C1
#undef CWIDE_E0_OR_ED
  return found;
#else
  return cwide_utf8_64_portable(bytes);
#endif
}
