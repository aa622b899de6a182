// zlib, which libhdf5 itself is built on: chunks are inflated here on all cores at once, which the
// library, with its one lock, cannot.

#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

/// `inflateInit2` is a macro over this. `window_bits` is 15 for zlib streams, −15 for raw ones.
static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}

#endif
