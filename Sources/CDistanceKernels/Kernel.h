// What the kernels of every instruction set share: constants, bounds, scratch memory, and the table
// through which those of one set are called.
//
// A file a level (Portable.c, NEON.c, AVX2.c, AVX512.c) says what the machine has and includes
// Kernels/Level.inc, which holds all kernels as static functions of that file. Everything here is
// static too: what one level compiles for its machine must never be linked into another.
#ifndef SNN_KERNEL_H
#define SNN_KERNEL_H

#include "ClassKernels.h"
#include "DistanceKernels.h"
#include "Exponential.h"
#include "MatrixKernels.h"
#include "NeighborSearch.h"
#include "ResamplingKernels.h"
#include "Vectors.h"

#include <math.h>
#include <string.h>

// MARK: Constants

enum {
  side = snn_tile_side,
  // Features whose products add up in registers before they are added to the tile,
  feature_block = 128,
  // and those that add up in the tile before they are added to another one in float64.
  feature_group = 512,
  // The same for the product of matrices.
  depth_block = 1024,
  // Rows and panels of a register block of the product, at most.
  most_rows = 8,
  most_panels = 2,
  // Rows of a tile whose exact distances are computed together, and features at a time: the sums of
  // their pairs fit in a tile's working memory, the values of the features in the cache.
  exact_rows = 8,
  exact_features = 512,
};

// Pairs with d below this share of |a|² + |b|² (both centred) are recomputed by differences: the
// expansion's error is some 2e-7 of the norms, so every distance is right to about 3e-6.
static const float near_share = 1.0f / 16;

// Pairs with d below this share of |a|² + |b|² enter a gradient by differences of the values as
// read: the centred float32 rows hold the others' differences to some 1e-6.
static const float close_share = 1.0f / 4096;

// Exponents β·d whose error may be above this are recomputed for a gradient; where distances have
// rests, those whose error is likely to be.
static const double blur = 0x1p-10;
static const double blurred_pull = 3e-5;

// The error of a distance, a root mean square, from the rounding of the products of each
// block of features: a part of √(spread_a·spread_b), whichever way the products go, and with those
// of one sign, whose sum grows steadily, a part of |ab| as much smaller as √spread is than |x|.
static const double opposed_error = 0x1p-24;
static const double aligned_error = 5 * 0x1p-24;
// And from its rounding to float32, where it has no rest, as a share of it.
static const double storage_error = 0.3 * 0x1p-24;

// Distances whose range is below so many times √(spread_a·spread_b) are crowded: their error is
// some 1e-5 of the range.
static const float crowded_errors = 6e5f * 0x1p-24f;

// A tile has samples far out where the largest |a|² + |b|² is so many times the mean.
static const double outlier_share = 8;

// Exponents with a larger error are blurred, in sums and in changes alone. They are averaged over
// the neighbors that count, and over samples.
static const double blurred_sum = 3e-6;
static const double blurred_change = 1e-4;

// An exponential so far below another is 0 beside it in double, and so are 2⁶⁰ of them.
static const double out_of_reach = 800;

// Distances this close (relative) are ties: the rounding of two float64 sums of squares.
static const double tie_tolerance = 1e-12;

// Twelve moments give the sums of exponentials whose exponents differ by up to twice this: the next
// term of the series is 1.5¹³/13! = 3e-8.
static const double series_reach = 1.5;

// Up to this exponent β·d the exponentials of a rectangle serve both samples of a pair: float32
// keeps such a one to 2e-5, and its exponential is a normal double.
static const double most_exponent = 600;

// A distance so large that its exponential is 0 at any temperature, and still finite.
static const float far = 3e38f;

static const double log2_e = 1.4426950408889634074;

// MARK: Bounds and places

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// A bound on the error of an expanded distance as a share of |a|² + |b|²: one rounding for each
// product and addition of a block, one for each block of a group, and a few for the norms.
static inline float expansion_error(int64_t features) {
  const int64_t terms = least(features, feature_block);
  const int64_t blocks = least(features, feature_group) / feature_block;
  return (float)(terms + blocks + 8) * 0x1p-24f;
}

// What that error mostly stays below: roundings go either way.
static inline float likely_error(int64_t features) {
  const int64_t terms = least(features, feature_block);
  const int64_t blocks = least(features, feature_group) / feature_block;
  return (sqrtf((float)terms) + (float)blocks + 8) * 0x1p-24f;
}

// Where an anchor's state begins in `snn_neighbor_sums`, of `width` numbers an anchor and kind.
static inline int64_t cell(int64_t position, int64_t kind, int64_t width) {
  return ((position / side * 2 + kind) * width) * side + position % side;
}

// Panels of columns of a product, for every level a whole number of register blocks.
static inline int64_t panel_count(int64_t columns) {
  const int64_t panels = (columns + snn_panel_width - 1) / snn_panel_width;
  return (panels + most_panels - 1) / most_panels * most_panels;
}

// MARK: Pairs

// Some pairs of a tile, by their places in it.
typedef struct pair_set {
  uint64_t bits[side * side / 64];
} pair_set;

static inline bool has_pair(const pair_set *pairs, int64_t place) {
  return pairs->bits[place >> 6] >> (place & 63) & 1;
}

static inline void add_pair(pair_set *pairs, int64_t place) {
  pairs->bits[place >> 6] |= 1ULL << (place & 63);
}

static inline void remove_pair(pair_set *pairs, int64_t place) {
  pairs->bits[place >> 6] &= ~(1ULL << (place & 63));
}

// MARK: Scratch

// Where the sums of one tile come together before they join those of its anchors.
typedef struct absorb_scratch {
  float gaps[side * side];      // d of a rectangle, later d − d_least
  float column_sums[3 * side];  // of one temperature, by column
  float row_sums[3 * side];     // of one temperature, by row
  float column_powers[snn_moment_count * side];
  float row_powers[snn_moment_count * side];
  float row_floor[side];  // the least distance of a row that rounding leaves possible
  float column_floor[side];
  float row_ceiling[side];  // the largest distance
  float column_ceiling[side];
  bool row_crowded[side];  // whether float32 blurs the gaps between the distances
  bool column_crowded[side];
  float row_slack[side];  // how far the floor is above the anchor's nearest distance
  float column_slack[side];
  float left_norms[side];
  float right_norms[side];
  float left_roots[side];  // (spread)^½
  float right_roots[side];
  int8_t rests[side * side];  // of the distances in `gaps`
} absorb_scratch;

// What the pairs of a tile need to know of its rows, or of its columns.
typedef struct pull_side {
  float norms[side];
  float nearest[2][side];  // by kind, scaled
  float finer[2][side];    // what float32 leaves of that
  float roots[side];       // (spread)^½
  float shares[2][side];
  int32_t classes[side];  // −1 beyond the last sample
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
  float norm[side];                   // |x|²
  float root[side];                   // (spread)^½
  float part[side];                   // root over the norm without heavy features
  float light[side];                  // the square of that norm
  float heavy[snn_most_heavy][side];  // the values of heavy features
} class_side;

typedef struct class_scratch {
  float gaps[side * side];  // d − d_least, by row
  union {
    struct {
      float e[side * side];  // their exponentials
      float turned_gaps[side * side];
    };
    double whole[side * side];  // distances, before there are exponentials
  };
  float turned[side * side];
  pair_set pairs;  // those whose distances are computed again
  float sums[3 * side];
  class_side left, right;
} class_scratch;

// MARK: The kernels of a level

// Arguments are those of the public functions of the same names, less the level.
typedef struct snn_kernels {
  void (*tile_distances)(const snn_samples *samples, const snn_tile *tile);
  double (*exact_distance)(const snn_samples *samples, int64_t a, int64_t b);
  void (*absorb_tile)(const snn_samples *samples, const snn_sweep *sweep, const snn_tile *tile,
                      snn_neighbor_sums *sums, absorb_scratch *scratch);
  void (*pull_tile)(const snn_samples *samples, const snn_pull *pull, const snn_tile *tile,
                    pull_scratch *scratch);
  void (*absorb_classes)(const snn_samples *samples, const snn_class_pass *pass,
                         const snn_tile *tile, class_scratch *scratch);
  void (*absorb_relabelings)(const snn_samples *samples, const snn_relabeling *to,
                             const snn_tile *tile);
  void (*absorb_reweightings)(const snn_samples *samples, const snn_reweighting *to,
                              const snn_tile *tile);
  void (*multiply)(int64_t rows, int64_t columns, int64_t depth, snn_matrix a, snn_matrix b,
                   float *c, bool accumulate, float *work);
  void (*nearest)(const snn_search *search, int64_t first, int64_t count, void *work,
                  int32_t *positions, double *distances);
} snn_kernels;

extern const snn_kernels snn_portable_kernels;
#if defined(__aarch64__)
extern const snn_kernels snn_neon_kernels;
#endif
#if defined(__x86_64__)
extern const snn_kernels snn_avx2_kernels;
extern const snn_kernels snn_avx512_kernels;
#endif

#endif
