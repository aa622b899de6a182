#include "DistanceKernels.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than a level's registers are split by the compiler; none crosses a call that is
// not inlined, so the warning about their calling convention does not apply.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float4 __attribute__((ext_vector_type(4)));
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float16 __attribute__((ext_vector_type(16)));
typedef int32_t int16 __attribute__((ext_vector_type(16)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));
typedef int64_t long2 __attribute__((ext_vector_type(2)));
typedef int64_t long4 __attribute__((ext_vector_type(4)));
typedef int64_t long8 __attribute__((ext_vector_type(8)));

// Features whose products add up in float32 before float64 takes over. Rounding of one block is
// about 4·2⁻²⁴ of the product of the norms, and blocks err independently.
enum { feature_block = 128 };

// Pairs with d below this share of |a|² + |b|² (both centred) are recomputed by differences: the
// expansion's error is some 2e-7 of the norms, so every distance is right to about 3e-6.
static const double near_share = 1.0 / 16;

// A bound on the error of the expansion as a share of |a|² + |b|²: 128 roundings of a float32 sum.
static const double expansion_error = 8e-6;

// Distances this close (relative) are ties: the rounding of two float64 sums of squares.
static const double tie_tolerance = 1e-12;

// A gap so large that its exponential is 0 at any temperature, and still finite.
static const float far_gap = 3e38f;

static const double log2_e = 1.4426950408889634074;

// 2^f on [−½, ½], relative minimax with the constant 1: error below 9.2e-8.
#define EXP2_1 0.6931470036506653f
#define EXP2_2 0.24022242426872253f
#define EXP2_3 0.05550733581185341f
#define EXP2_4 0.009671512991189957f
#define EXP2_5 0.001326472731307149f

#pragma clang fp contract(off)

// exp(−x) for 0 ≤ x < 700 to 1e-15 without the C library, whose last bit differs by machine.
static double snn_exp_negative(double x) {
  const double n = floor(x * log2_e + 0.5);
  const double r = (n * 0.693147180369123816490 - x) + n * 1.90821492927058770002e-10;
  double p = 1;
  for (int k = 13; k > 0; k--) p = 1 + p * r / k;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

static inline double value_at(const snn_samples *s, int64_t index) {
  return s->values_are_double ? ((const double *)s->values)[index]
                              : (double)((const float *)s->values)[index];
}

// MARK: Preparation

void snn_feature_means(const snn_samples *s, double *means) {
  // Sums of differences to the first row: a common offset costs no digits.
  const int64_t D = s->feature_count;
  for (int64_t f = 0; f < D; f++) means[f] = 0;
  if (s->count == 0) return;
  const int64_t origin = s->rows[0] * D;
  const double origin_scale = s->scales[0];
  const double share = 1.0 / (double)s->count;
  for (int64_t p = 1; p < s->count; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    if (s->values_are_double) {
      const double *v = (const double *)s->values;
      for (int64_t f = 0; f < D; f++)
        means[f] += (v[row + f] * scale - v[origin + f] * origin_scale) * share;
    } else {
      const float *v = (const float *)s->values;
      for (int64_t f = 0; f < D; f++)
        means[f] += ((double)v[row + f] * scale - (double)v[origin + f] * origin_scale) * share;
    }
  }
  for (int64_t f = 0; f < D; f++) means[f] += value_at(s, origin + f) * origin_scale;
}

double snn_largest_deviation(const snn_samples *s, const double *center) {
  const int64_t D = s->feature_count;
  double8 largest = 0;
  double rest = 0;
  for (int64_t p = 0; p < s->count; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    int64_t f = 0;
    for (; f + 8 <= D; f += 8) {
      double8 v, c;
      if (s->values_are_double) {
        memcpy(&v, (const double *)s->values + row + f, sizeof v);
      } else {
        float8 narrow;
        memcpy(&narrow, (const float *)s->values + row + f, sizeof narrow);
        v = __builtin_convertvector(narrow, double8);
      }
      memcpy(&c, center + f, sizeof c);
      largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(v * scale - c));
    }
    for (; f < D; f++) {
      const double d = fabs(value_at(s, row + f) * scale - center[f]);
      rest = d > rest ? d : rest;
    }
  }
  for (int lane = 0; lane < 8; lane++) rest = largest[lane] > rest ? largest[lane] : rest;
  return rest;
}

double snn_scatter(const snn_samples *s, const double *center, double *work) {
  const int64_t D = s->feature_count;
  double *first = work, *second = work + D;
  for (int64_t f = 0; f < 2 * D; f++) work[f] = 0;
  for (int64_t p = 0; p < s->count; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    if (s->values_are_double) {
      const double *v = (const double *)s->values + row;
      for (int64_t f = 0; f < D; f++) {
        const double d = v[f] * scale - center[f];
        first[f] += d;
        second[f] += d * d;
      }
    } else {
      const float *v = (const float *)s->values + row;
      for (int64_t f = 0; f < D; f++) {
        const double d = (double)v[f] * scale - center[f];
        first[f] += d;
        second[f] += d * d;
      }
    }
  }
  double total = 0;
  for (int64_t f = 0; f < D; f++) {
    const double scatter = second[f] - first[f] * first[f] / (double)s->count;
    total += scatter > 0 ? scatter : 0;
  }
  return total;
}

void snn_pack(const snn_samples *s, const double *center, int64_t first_panel,
              int64_t end_panel, float *panels, double *norms) {
  const int64_t D = s->feature_count;
  enum { strip = 64 };
  for (int64_t panel = first_panel; panel < end_panel; panel++) {
    float *out = panels + panel * D * snn_panel_width;
    for (int64_t f0 = 0; f0 < D; f0 += strip) {
      const int64_t f1 = f0 + strip < D ? f0 + strip : D;
      for (int64_t lane = 0; lane < snn_panel_width; lane++) {
        const int64_t position = panel * snn_panel_width + lane;
        if (position >= s->count) {
          for (int64_t f = f0; f < f1; f++) out[f * snn_panel_width + lane] = 0;
          continue;
        }
        const int64_t row = s->rows[position] * D;
        const double scale = s->scales[position];
        double norm = f0 == 0 ? 0 : norms[position];
        for (int64_t f = f0; f < f1; f++) {
          const float x = (float)(value_at(s, row + f) * scale - center[f]);
          out[f * snn_panel_width + lane] = x;
          norm += (double)x * (double)x;
        }
        norms[position] = norm;
      }
    }
  }
}

void snn_transpose_tile(const double *tile, double *transposed) {
  for (int i0 = 0; i0 < snn_tile_side; i0 += 8)
    for (int j0 = 0; j0 < snn_tile_side; j0 += 8)
      for (int i = i0; i < i0 + 8; i++)
        for (int j = j0; j < j0 + 8; j++)
          transposed[j * snn_tile_side + i] = tile[i * snn_tile_side + j];
}

// MARK: One copy of the kernels for each level

#define NAME(f) f##_portable
#define ROWS 4
#define COLUMNS 8
#define COMPRESS 0
#include "Kernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define ROWS 8
#define COLUMNS 8
#include "Kernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define ROWS 4
#define COLUMNS 16
#include "Kernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#pragma clang attribute pop

#undef COMPRESS
#define COMPRESS 1
#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))),                \
    apply_to = function)
#define NAME(f) f##_avx512
#define ROWS 8
#define COLUMNS 32
#include "Kernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#pragma clang attribute pop
#endif

// MARK: Dispatch

bool snn_is_available(snn_level level) {
  switch (level) {
    case snn_portable:
      return true;
    case snn_neon:
#if defined(__aarch64__)
      return true;
#else
      return false;
#endif
    case snn_avx2:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
      return false;
#endif
    case snn_avx512:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("fma");
#else
      return false;
#endif
  }
  return false;
}

#if defined(__x86_64__)
#define DISPATCH(function, ...)                                                                   \
  switch (level) {                                                                                \
    case snn_avx512:                                                                              \
      return function##_avx512(__VA_ARGS__);                                                      \
    case snn_avx2:                                                                                \
      return function##_avx2(__VA_ARGS__);                                                        \
    default:                                                                                      \
      return function##_portable(__VA_ARGS__);                                                    \
  }
#elif defined(__aarch64__)
#define DISPATCH(function, ...)                                                                   \
  switch (level) {                                                                                \
    case snn_neon:                                                                                \
      return function##_neon(__VA_ARGS__);                                                        \
    default:                                                                                      \
      return function##_portable(__VA_ARGS__);                                                    \
  }
#else
#define DISPATCH(function, ...) return function##_portable(__VA_ARGS__);
#endif

void snn_tile_distances(snn_level level, const snn_samples *samples, int64_t row, int64_t column,
                        double *distances) {
  DISPATCH(tile_distances, samples, row, column, distances)
}

double snn_exact_distance(snn_level level, const snn_samples *samples, int64_t a, int64_t b) {
  DISPATCH(exact_distance, samples, a, b)
}

void snn_absorb_row(snn_level level, const snn_samples *samples, const snn_sweep *sweep,
                    int64_t anchor, int64_t first, int64_t count, const double *distances,
                    int64_t same_begin, int64_t same_end, snn_neighbor_state same,
                    snn_neighbor_state other) {
  DISPATCH(absorb_row, samples, sweep, anchor, first, count, distances, same_begin, same_end, same,
           other)
}
