// The kernels for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#include "Kernel.h"

#include <immintrin.h>

// By mask, the lanes that are set, then the others.
static uint8_t set_lanes[256][8];

// Runs on every machine, and so is no function of this level.
__attribute__((constructor)) static void list_set_lanes(void) {
  for (int mask = 0; mask < 256; mask++) {
    int place = 0;
    for (int set = 1; set >= 0; set--)
      for (int lane = 0; lane < 8; lane++)
        if ((mask >> lane & 1) == set) set_lanes[mask][place++] = (uint8_t)lane;
  }
}

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

static inline __attribute__((always_inline)) int64_t compress_8(float *to, float8 v, int8 mask) {
  const int set = _mm256_movemask_ps((__m256)mask);
  const __m256i lanes = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)set_lanes[set]));
  _mm256_storeu_ps(to, _mm256_permutevar8x32_ps((__m256)v, lanes));
  return __builtin_popcount((unsigned)set);
}

#define KERNELS snn_avx2_kernels
#define LANES 8
#define FUSED 1
#define COMPRESS compress_8

enum { ROWS = 4, PANELS = 1, GROUP = 4, ABREAST = 2, SCREEN_ROWS = 6, SCREEN_COLUMNS = 16 };

#include "Kernels/Level.inc"

#pragma clang attribute pop
#endif
