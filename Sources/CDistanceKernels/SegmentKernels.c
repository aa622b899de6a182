#include "SegmentKernels.h"

#include <math.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wpsabi"

typedef float float4 __attribute__((ext_vector_type(4)));
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float16 __attribute__((ext_vector_type(16)));
typedef int32_t int16 __attribute__((ext_vector_type(16)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));

static const double log2_e = 1.4426950408889634074;
static const double ln_2 = 0.69314718055994530942;

// 2^f on [−½, ½], relative minimax with the constant 1: error below 9.2e-8.
#define EXP2_1 0.6931470036506653f
#define EXP2_2 0.24022242426872253f
#define EXP2_3 0.05550733581185341f
#define EXP2_4 0.009671512991189957f
#define EXP2_5 0.001326472731307149f

// A bound on the error of a tile's distances as a share of |a|² + |b|².
static const double expansion_error = 8e-6;

// Neighbors with less than e^{−20} of the nearest one's weight are never recomputed.
static const double exponent_window = 20;

// Below this a sum is redone with a shift of its own: the least exponential is 2⁻¹²⁶.
static const double faint = 0x1p-80;

#pragma clang fp contract(off)

bool snn_needs_exact(double largest_distance, double beta, double tolerance) {
  // The largest distance is a bound on twice the sum of two norms.
  return beta * expansion_error * largest_distance / 2 > tolerance;
}

// The distances of the row's positions [begin, end), exact where they are within the window of the
// nearest: that of each partner if there are such (from `begin` on), else of the anchor.
static void refine(snn_level level, const snn_class_row *row, int64_t begin, int64_t end,
                   const double *nearest, double anchor_nearest, double *exact) {
  const snn_samples *s = row->samples;
  const double norm = s->norms[row->anchor];
  const double *d = row->distances + (begin - row->first);
  const double window = exponent_window / row->beta;
  double bound = anchor_nearest;
  for (int64_t j = 0; j < end - begin && nearest == NULL; j++) {
    const double error = expansion_error * (norm + s->norms[begin + j]) * s->factor;
    if (begin + j != row->anchor && d[j] + error < bound) bound = d[j] + error;
  }
  for (int64_t j = 0; j < end - begin; j++) {
    const double both = (norm + s->norms[begin + j]) * s->factor;
    const double limit = (nearest == NULL ? bound : nearest[j]) + window;
    exact[j] = begin + j == row->anchor || d[j] - expansion_error * both > limit
                   ? d[j]
                   : snn_exact_distance(level, s, row->anchor, begin + j);
  }
}

// 2^{−n} for a whole n ≥ 0; 0 beyond the range of a double.
static inline double power(double n) {
  if (!(n < 1022)) return 0;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

void snn_merge_soft_sums(snn_soft_sum *sum, const snn_soft_sum *other) {
  if (!(other->exponent < INFINITY)) return;
  const bool is_nearer = other->exponent < sum->exponent;
  const snn_soft_sum near = is_nearer ? *other : *sum, far = is_nearer ? *sum : *other;
  const double step = far.exponent - near.exponent;
  const double factor = power(step);
  *sum = near;
  if (factor == 0) return;
  const double x = step * ln_2;
  sum->sum += factor * far.sum;
  sum->first += factor * (far.first + x * far.sum);
  sum->second += factor * (far.second + x * (2 * far.first + x * far.sum));
}

static inline void merge_class_sum(snn_class_sum *class, double exponent, double sum) {
  if (exponent < class->exponent) {
    class->sum = sum + power(class->exponent - exponent) * class->sum;
    class->exponent = exponent;
  } else {
    class->sum += power(exponent - class->exponent) * sum;
  }
}

void snn_class_shares(const snn_class_sum *classes, int64_t count, int64_t own, double *shares,
                      double *odds) {
  double least = INFINITY, total = 0;
  for (int64_t c = 0; c < count; c++)
    least = classes[c].exponent < least ? classes[c].exponent : least;
  for (int64_t c = 0; c < count; c++) {
    shares[c] = classes[c].sum * power(classes[c].exponent - least);
    total += shares[c];
  }
  const double scale = total > 0 ? 1 / total : 0;
  for (int64_t c = 0; c < count; c++) shares[c] *= scale;
  const double same = classes[own].sum, exponent = classes[own].exponent;
  for (int64_t c = 0; c < count; c++) {
    const double step = classes[c].exponent - exponent;
    odds[c] = c == own || !(same > 0) || !(classes[c].sum > 0) ? 0
              : step >= 0                                      ? classes[c].sum / same * power(step)
                          : classes[c].sum / same / power(-step);
  }
}

// MARK: One copy of the kernels for each level

#define NAME(f) f##_portable
#define LEVEL snn_portable
#include "SegmentKernels.inc"
#undef LEVEL
#undef NAME

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define LEVEL snn_neon
#include "SegmentKernels.inc"
#undef LEVEL
#undef NAME
#define DISPATCH(function, ...)                                                                   \
  (level == snn_neon ? function##_neon(__VA_ARGS__) : function##_portable(__VA_ARGS__))
#elif defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define LEVEL snn_avx2
#include "SegmentKernels.inc"
#undef LEVEL
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx512
#define LEVEL snn_avx512
#include "SegmentKernels.inc"
#undef LEVEL
#undef NAME
#pragma clang attribute pop
#define DISPATCH(function, ...)                                                                   \
  (level == snn_avx512 ? function##_avx512(__VA_ARGS__)                                           \
   : level == snn_avx2 ? function##_avx2(__VA_ARGS__)                                             \
                       : function##_portable(__VA_ARGS__))
#else
#define DISPATCH(function, ...) function##_portable(__VA_ARGS__)
#endif

void snn_absorb_class_row(snn_level level, const snn_class_row *row, snn_soft_sum *same,
                          snn_soft_sum *other, snn_class_sum *classes) {
  DISPATCH(absorb_class_row, row, same, other, classes);
}

void snn_absorb_influences(snn_level level, const snn_class_row *row,
                           const snn_normalisers *normalisers, bool by_class, double *changes,
                           double *change) {
  DISPATCH(absorb_influences, row, normalisers, by_class, changes, change);
}
