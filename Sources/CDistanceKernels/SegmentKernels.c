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

// As in DistanceKernels.c: the bound on the expansion's error as a share of |a|² + |b|², and the
// share below which a tile's distances are exact already.
static const double expansion_error = 8e-6;
static const double near_share = 1.0 / 16;

// An exponent may be off by this (the bound; 40 times what is usual) before distances are
// recomputed, and neighbors with less than e^{−20} of the nearest one's weight never are.
static const double exponent_tolerance = 1e-3;
static const double exponent_window = 20;

#pragma clang fp contract(off)

static bool needs_exactness(const snn_segment *segment) {
  const snn_samples *s = segment->samples;
  double largest = 0;
  for (int64_t j = 0; j < segment->count; j++) {
    const double norm = s->norms[segment->first + j];
    largest = norm > largest ? norm : largest;
  }
  const double both = (s->norms[segment->anchor] + largest) * s->factor;
  return segment->beta * expansion_error * both > exponent_tolerance;
}

// The segment's distances, exact where they are within the window of the nearest: that of each
// partner if there are such, else of the anchor.
static void refine(snn_level level, const snn_segment *segment, const double *nearest,
                   double anchor_nearest, double *exact) {
  const snn_samples *s = segment->samples;
  const double norm = s->norms[segment->anchor];
  const double *d = segment->distances;
  const double window = exponent_window / segment->beta;
  double bound = anchor_nearest;
  for (int64_t j = 0; j < segment->count && nearest == NULL; j++) {
    const double error = expansion_error * (norm + s->norms[segment->first + j]) * s->factor;
    bound = d[j] + error < bound ? d[j] + error : bound;
  }
  for (int64_t j = 0; j < segment->count; j++) {
    const double both = (norm + s->norms[segment->first + j]) * s->factor;
    const double limit = (nearest == NULL ? bound : nearest[j]) + window;
    const bool is_exact = d[j] < near_share * both;
    exact[j] = is_exact || d[j] - expansion_error * both > limit
                   ? d[j]
                   : snn_exact_distance(level, s, segment->anchor, segment->first + j);
  }
}

// exp(−x) for x ≥ 0 to 1e-15 without the C library, whose last bit differs by machine.
static double exp_negative(double x) {
  if (!(x < 700)) return 0;
  const double n = floor(x * log2_e + 0.5);
  const double r = (n * 0.693147180369123816490 - x) + n * 1.90821492927058770002e-10;
  double p = 1;
  for (int k = 13; k > 0; k--) p = 1 + p * r / k;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

void snn_merge_soft_sums(snn_soft_sum *sum, const snn_soft_sum *other, double beta) {
  if (!(other->nearest < INFINITY)) return;
  if (!(sum->nearest < INFINITY)) {
    *sum = *other;
    return;
  }
  const bool is_nearer = other->nearest < sum->nearest;
  const snn_soft_sum near = is_nearer ? *other : *sum, far = is_nearer ? *sum : *other;
  const double x = beta * (far.nearest - near.nearest);
  const double factor = exp_negative(x);
  *sum = near;
  if (factor == 0) return;
  sum->sum += factor * far.sum;
  sum->first += factor * (far.first + x * far.sum);
  sum->second += factor * (far.second + x * (2 * far.first + x * far.sum));
}

static void merge_class_sum(snn_class_sum *sum, const snn_soft_sum *other, double beta) {
  if (!(sum->nearest < INFINITY)) {
    sum->nearest = other->nearest;
    sum->sum = other->sum;
  } else if (other->nearest < sum->nearest) {
    sum->sum = other->sum + exp_negative(beta * (sum->nearest - other->nearest)) * sum->sum;
    sum->nearest = other->nearest;
  } else {
    sum->sum += exp_negative(beta * (other->nearest - sum->nearest)) * other->sum;
  }
}

// MARK: One copy of the kernels for each level

#define NAME(f) f##_portable
#define refine(...) refine(snn_portable, __VA_ARGS__)
#include "SegmentKernels.inc"
#undef refine
#undef NAME

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define refine(...) refine(snn_neon, __VA_ARGS__)
#include "SegmentKernels.inc"
#undef refine
#undef NAME
#define DISPATCH(function, ...)                                                                   \
  (level == snn_neon ? function##_neon(__VA_ARGS__) : function##_portable(__VA_ARGS__))
#elif defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define refine(...) refine(snn_avx2, __VA_ARGS__)
#include "SegmentKernels.inc"
#undef refine
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx512
#define refine(...) refine(snn_avx512, __VA_ARGS__)
#include "SegmentKernels.inc"
#undef refine
#undef NAME
#pragma clang attribute pop
#define DISPATCH(function, ...)                                                                   \
  (level == snn_avx512 ? function##_avx512(__VA_ARGS__)                                           \
   : level == snn_avx2 ? function##_avx2(__VA_ARGS__)                                             \
                       : function##_portable(__VA_ARGS__))
#else
#define DISPATCH(function, ...) function##_portable(__VA_ARGS__)
#endif

void snn_absorb_segment(snn_level level, const snn_segment *segment, snn_soft_sum *kind,
                        snn_class_sum *class_sum) {
  if (segment->count == 0) return;
  // The nearest so far tells which distances need be exact.
  snn_soft_sum result = {.nearest = class_sum != NULL ? class_sum->nearest : kind->nearest};
  DISPATCH(absorb, segment, &result);
  snn_merge_soft_sums(kind, &result, segment->beta);
  if (class_sum != NULL) merge_class_sum(class_sum, &result, segment->beta);
}

double snn_share(snn_level level, const snn_segment *segment, snn_normaliser normaliser) {
  return segment->count == 0 ? 0 : DISPATCH(shares, segment, normaliser, NULL, NULL, NULL);
}

double snn_share_and_change(snn_level level, const snn_segment *segment, snn_normaliser normaliser,
                            const double *entropy, const double *perplexity, double *change) {
  return segment->count == 0
             ? 0
             : DISPATCH(shares, segment, normaliser, entropy, perplexity, change);
}
