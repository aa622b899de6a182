// One copy of the kernels for each instruction set, and the choice of one at run time.
#include "ClassKernels.h"
#include "DistanceKernels.h"
#include "ResamplingKernels.h"

#include "../Exponential.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than a level's registers are split by the compiler; none crosses a call that is
// not inlined, so the warning about their calling convention does not apply.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float2 __attribute__((ext_vector_type(2)));
typedef float float4 __attribute__((ext_vector_type(4)));
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float16 __attribute__((ext_vector_type(16)));
typedef int32_t int8 __attribute__((ext_vector_type(8)));
typedef int32_t int16 __attribute__((ext_vector_type(16)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));

enum {
  side = snn_tile_side,
  // Features whose products add up in registers before they are added to the tile.
  feature_block = 128,
};

// Pairs with d below this share of |a|² + |b|² (both centred) are recomputed by differences: the
// expansion's error is some 2e-7 of the norms, so every distance is right to about 3e-6.
static const float near_share = 1.0f / 16;

// Pairs with d below this share of |a|² + |b|² enter a gradient by differences of the values as read:
// the centred float32 rows hold the others' differences to some 1e-6.
static const float close_share = 1.0f / 4096;

// Exponents β·d whose error may be above this are recomputed for a gradient.
static const double blur = 0x1p-10;

// Distances this close (relative) are ties: the rounding of two float64 sums of squares.
static const double tie_tolerance = 1e-12;

// Twelve moments give the sums of exponentials whose exponents differ by up to twice this: the next
// term of the series is 1.5¹³/13! = 3e-8.
static const double series_reach = 1.5;

// A distance so large that its exponential is 0 at any temperature, and still finite.
static const float far = 3e38f;

static const double log2_e = 1.4426950408889634074;

// 2^f on [−½, ½], relative minimax with the constant 1: error below 9.2e-8.
#define EXP2_1 0.6931470036506653f
#define EXP2_2 0.24022242426872253f
#define EXP2_3 0.05550733581185341f
#define EXP2_4 0.009671512991189957f
#define EXP2_5 0.001326472731307149f

// A bound on the error of an expanded distance as a share of |a|² + |b|²: one rounding for each
// product and addition of a block, one for each block, and a few for the norms.
static float expansion_error(int64_t features) {
  const int64_t terms = features < feature_block ? features : feature_block;
  return (float)(terms + features / feature_block + 8) * 0x1p-24f;
}

// What that error mostly stays below: roundings go either way.
static float likely_error(int64_t features) {
  const int64_t terms = features < feature_block ? features : feature_block;
  return (sqrtf((float)terms) + (float)(features / feature_block) + 8) * 0x1p-24f;
}

// Where the state of an anchor begins in `snn_neighbor_sums`, of `width` numbers an anchor and kind.
static inline int64_t cell(int64_t position, int64_t kind, int64_t width) {
  return ((position / side * 2 + kind) * width) * side + position % side;
}

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// MARK: Scratch

// Where the sums of one tile come together before they join those of its anchors.
typedef struct scratch {
  float gaps[side * side];       // d of a rectangle, later d − d_least
  float column_sums[3 * side];   // of one temperature, by column
  float row_sums[3 * side];      // of one temperature, by row
  float column_powers[snn_moment_count * side];
  float row_powers[snn_moment_count * side];
  float row_floor[side];         // the least distance of a row that rounding leaves possible
  float column_floor[side];
  float row_ceiling[side];       // the largest distance
  float column_ceiling[side];
  bool row_crowded[side];        // whether float32 blurs the gaps between the distances
  bool column_crowded[side];
  float row_slack[side];         // how far the floor is above the anchor's nearest distance
  float column_slack[side];
  float left_norms[side];
  float right_norms[side];
} scratch;

// What the pairs of a tile need to know of its rows, or of its columns.
typedef struct pull_side {
  float norms[side];
  float nearest[2][side];  // by kind, scaled
  float shares[2][side];
  int32_t classes[side];   // −1 beyond the last sample
} pull_side;

typedef struct pull_scratch {
  float weights[side * side];     // W, by row
  float transposed[side * side];  // W, by column
  float packed[side * 2 * snn_panel_width];
  pull_side left, right;
  double sum[];  // one for each feature
} pull_scratch;

// What one sample brings to the sums of another: factors of their exponential.
typedef struct class_side {
  float share[side];     // of its soft neighborhood
  float same[side];      // of the part of it within its class
  float constant[side];  // its perplexity's change is (constant + slope·gap)·e
  float slope[side];
} class_side;

typedef struct class_scratch {
  float gaps[side * side];  // d − d_least, by row
  float e[side * side];     // their exponentials
  float turned_gaps[side * side];
  float turned[side * side];
  float sums[3 * side];
  class_side left, right;
} class_scratch;

int64_t snn_class_scratch_size(void) { return (int64_t)sizeof(class_scratch); }

int64_t snn_pull_scratch_size(const snn_samples *samples) {
  return (int64_t)sizeof(pull_scratch) + samples->feature_count * (int64_t)sizeof(double);
}

int64_t snn_absorb_scratch_size(const snn_sweep *sweep) {
  (void)sweep;
  return (int64_t)sizeof(scratch);
}

// 2^{−n} for a whole n ≥ 0; 0 beyond the range of a double.
static inline double power_of_half(double n) {
  if (!(n < 1022)) return 0;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

void snn_class_shares(const double *exponents, const double *sums, int64_t stride, int64_t count,
                      int64_t own, double *shares, double *odds) {
  double least = INFINITY, total = 0;
  for (int64_t c = 0; c < count; c++)
    least = exponents[c * stride] < least ? exponents[c * stride] : least;
  for (int64_t c = 0; c < count; c++) {
    shares[c] = sums[c * stride] * power_of_half(exponents[c * stride] - least);
    total += shares[c];
  }
  const double scale = total > 0 ? 1 / total : 0;
  for (int64_t c = 0; c < count; c++) shares[c] *= scale;
  const double same = sums[own * stride], exponent = exponents[own * stride];
  for (int64_t c = 0; c < count; c++) {
    const double sum = sums[c * stride], step = exponents[c * stride] - exponent;
    odds[c] = c == own || !(same > 0) || !(sum > 0) ? 0
              : step >= 0                           ? sum / same * power_of_half(step)
                                                    : sum / same / power_of_half(-step);
  }
}

void snn_widen_tile(const float *tile, double *rows, double *transposed) {
  for (int64_t k = 0; k < side * side; k++) rows[k] = (double)tile[k];
  for (int i0 = 0; i0 < side; i0 += 8)
    for (int j0 = 0; j0 < side; j0 += 8)
      for (int i = i0; i < i0 + 8; i++)
        for (int j = j0; j < j0 + 8; j++)
          transposed[j * side + i] = (double)tile[i * side + j];
}

#pragma clang fp contract(off)

#if defined(__x86_64__)
// By mask, the lanes that are set, then the others.
static uint8_t set_lanes[256][8];

__attribute__((constructor)) static void list_set_lanes(void) {
  for (int mask = 0; mask < 256; mask++) {
    int place = 0;
    for (int set = 1; set >= 0; set--)
      for (int lane = 0; lane < 8; lane++)
        if ((mask >> lane & 1) == set) set_lanes[mask][place++] = (uint8_t)lane;
  }
}

__attribute__((always_inline, target("avx2,fma"))) static inline int64_t compress_8(
    float *to, float8 v, int8 mask) {
  const int set = _mm256_movemask_ps((__m256)mask);
  const __m256i lanes =
      _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)set_lanes[set]));
  _mm256_storeu_ps(to, _mm256_permutevar8x32_ps((__m256)v, lanes));
  return __builtin_popcount((unsigned)set);
}

__attribute__((always_inline,
               target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))) static inline int64_t
compress_16(float *to, float16 v, int16 mask) {
  const __mmask16 set = _mm512_movepi32_mask((__m512i)mask);
  _mm512_storeu_ps(to, _mm512_maskz_compress_ps(set, (__m512)v));
  return __builtin_popcount((unsigned)set);
}
#endif

// MARK: One copy for each level
//
//   NAME(f)   the function's name for this level
//   ROWS      anchors of one register block of the inner products
//   PANELS    panels of 16 partners of one register block
//   LANES     floats of one vector of the sums: the width of a register, or twice that
//   GROUP     rows that the sums take side by side
//   FUSED     whether there is a fused multiply-add
//   COMPRESS  how lanes that a mask chooses are brought side by side; a loop if it is not defined

#define KERNELS "Kernels.inc"

#define NAME(f) f##_portable
#define ROWS 2
#define PANELS 1
#define LANES 8
#define GROUP 2
#define FUSED 0
#include KERNELS

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define ROWS 4
#define PANELS 1
#define LANES 8
#define GROUP 4
#define FUSED 1
#include KERNELS
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define ROWS 4
#define PANELS 1
#define LANES 8
#define GROUP 4
#define FUSED 1
#define COMPRESS compress_8
#include KERNELS
#pragma clang attribute pop

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))),                \
    apply_to = function)
#define NAME(f) f##_avx512
#define ROWS 8
#define PANELS 2
#define LANES 16
#define GROUP 4
#define FUSED 1
#define COMPRESS compress_16
#include KERNELS
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
                        float *distances) {
  DISPATCH(tile_distances, samples, row, column, distances)
}

double snn_exact_distance(snn_level level, const snn_samples *samples, int64_t a, int64_t b) {
  DISPATCH(exact_distance, samples, a, b)
}

void snn_absorb_tile(snn_level level, const snn_samples *samples, const snn_sweep *sweep,
                     int64_t row, int64_t column, float *distances, snn_neighbor_sums *sums,
                     void *memory) {
  DISPATCH(absorb_tile, samples, sweep, row, column, distances, sums, (scratch *)memory)
}

void snn_pull_tile(snn_level level, const snn_samples *samples, const snn_pull *pull, int64_t row,
                   int64_t column, const float *distances, void *memory) {
  DISPATCH(pull_tile, samples, pull, row, column, distances, (pull_scratch *)memory)
}

void snn_absorb_classes(snn_level level, const snn_samples *samples, const snn_class_pass *pass,
                        int64_t row, int64_t column, const float *distances, void *memory) {
  DISPATCH(absorb_classes, samples, pass, row, column, distances, (class_scratch *)memory)
}

void snn_absorb_relabelings(snn_level level, const snn_samples *samples, const snn_relabeling *to,
                            int64_t row, int64_t column, const float *distances) {
  DISPATCH(absorb_relabelings, samples, to, row, column, distances)
}

void snn_absorb_reweightings(snn_level level, const snn_samples *samples,
                             const snn_reweighting *to, int64_t row, int64_t column,
                             const float *distances) {
  DISPATCH(absorb_reweightings, samples, to, row, column, distances)
}
