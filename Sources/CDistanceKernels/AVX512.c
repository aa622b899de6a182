// The kernels for x86-64 with AVX-512 (F, VL, DQ, BW).
#if defined(__x86_64__)
#include "Kernel.h"

#include <immintrin.h>

#pragma clang fp contract(fast)
#pragma clang attribute push(                                                      \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))), \
    apply_to = function)

static inline __attribute__((always_inline)) int64_t compress_16(float *to, float16 v, int16 mask) {
  const __mmask16 set = _mm512_movepi32_mask((__m512i)mask);
  _mm512_storeu_ps(to, _mm512_maskz_compress_ps(set, (__m512)v));
  return __builtin_popcount((unsigned)set);
}

#define KERNELS snn_avx512_kernels
#define LANES 16
#define FUSED 1
#define COMPRESS compress_16

enum { ROWS = 8, PANELS = 2, GROUP = 4, ABREAST = 4, SCREEN_ROWS = 24, SCREEN_COLUMNS = 16 };

#include "Kernels/Level.inc"

#pragma clang attribute pop
#endif
