#pragma once

#include <zlib.h>

// inflateInit2 is a macro. 16 more than the largest window asks for gzip's wrapping, and no other.
static inline int czlib_inflate_gzip(z_stream *_Nonnull stream) {
  return inflateInit2(stream, 16 + MAX_WBITS);
}

// The same for writing, with zlib's usual window and memory.
static inline int czlib_deflate_gzip(z_stream *_Nonnull stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

// A negative size of the window asks for no wrapping at all.
static inline int czlib_inflate_raw(z_stream *_Nonnull stream) {
  return inflateInit2(stream, -MAX_WBITS);
}

static inline int czlib_deflate_raw(z_stream *_Nonnull stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
