// The hot loops of the pass over all pairs, in vector code for several instruction sets.
//
// Goals, in order:
//   1. The value. Distances of near-duplicates come from differences of the values as read, and so
//      do those whose rounding would show in a sum; products are float32 only within 512 features
//      and sums only within one tile, and float64 beyond that.
//   2. The same bits for any number of threads: every function here is a pure function of its
//      arguments, and sums inside of it have one fixed order.
//   3. The same bits on every machine for `snn_portable`: a fixed number of lanes, no fused
//      operation, no call of the C library's exp or log.
//   4. Speed: the inner products run at the rate of the multiply-add units; an exponential costs a
//      dozen vector instructions and serves both samples of its pair.
//
// Notation: N samples in class order ("positions"), D features, T temperature, β = 1/T, d squared
// distance. A tile holds the distances of 128 anchors to 128 partners.
//
// One copy of the kernels for each instruction set:
//
//   Portable.c NEON.c AVX2.c AVX512.c  what the set has; each includes all kernels
//   Kernel.h    what they share: constants, scratch memory, the table of a set
//   Dispatch.c  which sets there are, and the choice of one at run time
//   Scratch.c   how much memory the kernels need
//
//   Kernels/Level.inc         what a level has to say, all of the following, and its table
//   Kernels/Lanes.inc         vectors, and what is done with one
//   Kernels/Exact.inc         distances by differences of the values as read
//   Kernels/Distances.inc     inner products, tiles
//   Kernels/Sums.inc          exponentials and moments over a rectangle or a row
//   Kernels/Rectangles.inc    the parts of a tile, and the nearest neighbors of their samples
//   Kernels/Absorb.inc        what a tile tells its anchors: nearest neighbors, then the sums
//   Kernels/Classes.inc       what a tile tells the classes about each other,
//   Kernels/ClassesAlone.inc  and the same with exponentials of each anchor's own
//   Kernels/Sharpening.inc    which distances are computed again for that
//   Kernels/Resampling.inc    the same under many labelings or weights
//   Kernels/Gradient.inc      what a tile adds to the gradient for its samples
//   Kernels/Neighbors.inc     the search for the nearest of a bank
//   Kernels/Products.inc      the product of matrices
//
// And what is the same at every level:
//
//   Preparation.c        means, range and packing of a layer
//   Precise.c            the sums of an anchor without float32, as a judge
//   ClassShares.c        what the sums of an anchor say of its classes
//   NeighborSearch.c     bounds and working memory of the search,
//   NeighborCandidates.c and the rows that may be among the nearest
//   Reordering.c         kept distances in another order of the samples
#ifndef SNN_DISTANCE_KERNELS_H
#define SNN_DISTANCE_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

enum { snn_tile_side = 128, snn_panel_width = 16, snn_moment_count = 13, snn_most_heavy = 8 };

/// Instruction sets; a higher one includes the lower ones of the same architecture.
typedef enum snn_level {
  snn_portable = 0,
  snn_neon = 1,
  snn_avx2 = 2,
  snn_avx512 = 3,
} snn_level;

/// Whether this build and this machine can run a level.
bool snn_is_available(snn_level level);

/// The samples of a layer, ready for the pass.
///
/// `panels` holds the centred rows as float32, 16 positions a panel: feature by feature, the 16
/// values side by side; positions past N are 0. `values` are the rows as read, found through
/// `rows` (position → row) and multiplied by `scales` (position → factor) before they are compared.
typedef struct snn_samples {
  int64_t count;
  int64_t feature_count;
  const float *panels;
  const double *norms;  // |x|² of the centred float32 rows, by position
  /// (Σ |x_block|⁴)^½ over blocks of 128 features that are not heavy, by position: |x|²·√(128/D)
  /// where features are alike, |x|² where one carries all.
  const double *spreads;
  /// The features of a wide layer that carry more than a ninth of its scatter each, ascending:
  /// their products are float64, so that they do not drown those of the others.
  const int64_t *heavy;
  int64_t heavy_count;
  const void *values;  // row-major, float or double
  bool values_are_double;
  const int64_t *rows;
  const double *scales;
  double factor;      // multiplies a squared difference (½ for cosine)
  double zero_below;  // exact distances below are rounding of 0
} snn_samples;

// The functions of preparation take positions [first, end) and, called range after range in
// order, give what one call with [0, N) gives, to the bit. Some take features [first_feature,
// end_feature) as well, each of which has arrays of D numbers to itself: several threads may share
// them.

/// The mean of each feature over all samples, of values times scale, in `means` once the last range
/// is done. `origin` is the position of a sample to measure from; `rests` is scratch. The sums have
/// twice the digits of a double: for one origin, the means do not depend on the order of the
/// samples.
void snn_feature_means(const snn_samples *samples, int64_t origin, int64_t first, int64_t end,
                       int64_t first_feature, int64_t end_feature, double *means, double *rests);

/// The largest |x·scale − center| over the values of a range.
double snn_largest_deviation(const snn_samples *samples, const double *center, int64_t first,
                             int64_t end);

/// Adds Σ_i (x_if·scale − center_f) to `first` and the squares to `second`, which begin with 0.
void snn_add_scatter(const snn_samples *samples, const double *center, int64_t start, int64_t end,
                     int64_t first_feature, int64_t end_feature, double *first, double *second);

/// Σ_f Σ_i (x_if·scale − mean_f)² from these sums, the means being those of the samples:
/// (N − 1)·Σ_f s²_f. `center` need only be near the means.
double snn_scatter(int64_t count, int64_t feature_count, const double *first, const double *second);

/// Writes the heavy features of a layer, at most `snn_most_heavy`, from the sums of
/// `snn_add_scatter`; returns how many there are.
int64_t snn_heavy_features(int64_t count, int64_t feature_count, const double *first,
                           const double *second, int64_t *heavy);

/// Brings the spreads of a range of panels, the first of them at `panels`, to the features that are
/// not heavy.
void snn_lighten(const snn_samples *samples, int64_t first_panel, int64_t end_panel,
                 const float *panels, double *spreads);

/// Writes a range of panels, the first of them at `panels`, and norms and spreads (by position) of
/// the rows x·scale − center.
void snn_pack(const snn_samples *samples, const double *center, int64_t first_panel,
              int64_t end_panel, float *panels, double *norms, double *spreads);

/// The distances of the positions [row, row + 128) to [column, column + 128), both starts multiples
/// of 128.
typedef struct snn_tile {
  int64_t row;
  int64_t column;
  /// Row-major with stride 128, in float32.
  float *distances;
  /// What float32 leaves of them, in 256ths of its last place: d = distance + rest·2^{e − 31}, with
  /// e the exponent of the distance. NULL for layers that have none.
  int8_t *rests;
  void *work;  // snn_tile_work_size bytes, 64-byte aligned, that nothing is kept in
} snn_tile;

/// Whether the tiles of a layer have rests: beyond 512 features, where distances grow alike and
/// what counts of them lies below the last place of float32.
bool snn_has_rests(int64_t feature_count);

int64_t snn_tile_work_size(void);

/// Fills a tile; pairs that are close against their norms are recomputed by differences of the
/// values as read.
void snn_tile_distances(snn_level level, const snn_samples *samples, const snn_tile *tile);

/// The distance of two positions by differences of the values as read.
double snn_exact_distance(snn_level level, const snn_samples *samples, int64_t a, int64_t b);

/// The temperatures of a pass, by how their sums are kept. All are hot to cold.
///
/// Central moments of d serve every temperature above a third of all distances; then come
/// `warm_count` temperatures whose e^{−βd} is a normal double for every possible d, so that their
/// sums need no shift; then `cold_count` ones, whose sums are relative to the anchor's nearest
/// distance.
typedef struct snn_sweep {
  int64_t warm_count;
  int64_t cold_count;
  const double *betas;   // warm and cold
  const float *rates;    // log2(e)·β / gap_scale, the same
  double gap_scale;      // a power of two that brings every distance below 1
  bool moments;          // whether moments are wanted
  double moment_center;  // moments are of u = (d − center)·inverse_range, |u| ≤ 1
  double moment_inverse_range;
  double cut;  // exponents further below an anchor's nearest neighbor are dropped
  bool curvature;
} snn_sweep;

/// What one anchor knows about its neighbors of one kind (same class or other class).
typedef struct snn_extremes {
  double nearest;        // exact; infinity before the first neighbor
  double nearest_count;  // neighbors at exactly that distance
} snn_extremes;

/// The distances met by the tiles of one block of anchors, to the accuracy of the tile.
typedef struct snn_range {
  double smallest_positive;
  double largest;
} snn_range;

/// The sums of all anchors; kind 0 is the same class, 1 another class.
///
/// What belongs to a block of 128 positions lies together, so that threads that work at two blocks
/// write to no common line of the cache. With block b and place i within it:
///
///     extremes[(b·2 + kind)·128 + i]
///     moments[((b·2 + kind)·13 + k)·128 + i]
///     sums[(((b·2 + kind)·quantities + q)·temperatures + t)·128 + i]
///
/// All three are aligned to 128 bytes.
typedef struct snn_neighbor_sums {
  const int32_t *classes;  // by position, ascending
  snn_extremes *extremes;
  snn_range *ranges;  // by block
  /// With x = −log2(e)·β·(d − shift), the shift 0 (warm) or the nearest distance of the kind
  /// (cold): Σ 2^x (q = 0), Σ x·2^x (1) and with curvature Σ x²·2^x (2).
  double *sums;
  double *moments;  // Σ u^k, k = 0…12
} snn_neighbor_sums;

/// Bytes of scratch memory, 64-byte aligned, that `snn_absorb_tile` needs.
int64_t snn_absorb_scratch_size(const snn_sweep *sweep);

/// Absorbs a tile into the sums of its rows and, where it is off the diagonal, of its columns.
/// Leaves the tile as it is. Samples are left out of their own sums by index.
void snn_absorb_tile(snn_level level, const snn_samples *samples, const snn_sweep *sweep,
                     const snn_tile *tile, snn_neighbor_sums *sums, void *scratch);

/// The sums of one anchor over all others, in double precision throughout. `distances` is room for
/// N doubles; `extremes` two records by kind; `sums[3·(kind·temperature_count + t)]` and the two
/// after it Σ e^{−x}, Σ x·e^{−x}, Σ x²·e^{−x} of x = β·(d − nearest).
void snn_precise_sums(snn_level level, const snn_samples *samples, const int32_t *classes,
                      int64_t anchor, const double *betas, int64_t temperature_count,
                      double *distances, snn_extremes *extremes, snn_range *range, double *sums);

/// What the gradient for the samples needs at one temperature, β = 1/T.
///
/// Anchor i pulls at its neighbor j with w_ij = share·e^{−β(d_ij − nearest)}, both of the kind of
/// the pair; W_ij = w_ij + w_ji, and `gradient` receives g_i = Σ_j W_ij (x_i − x_j).
typedef struct snn_pull {
  const int32_t *classes;  // by position, ascending
  const double *nearest;   // [kind·N + position], exact; 0 where there is none
  const float *shares;     // [kind·N + position], signed; 0 where there is none
  double beta;
  float rate;        // log2(e)·β / gap_scale
  double gap_scale;  // a power of two that brings every distance below 1
  double cut;        // exponents further below the nearest neighbor are dropped
  float *gradient;   // in panels, like those of the samples, with the spare one
} snn_pull;

/// Bytes of scratch memory, 64-byte aligned, that `snn_pull_tile` needs.
int64_t snn_pull_scratch_size(const snn_samples *samples);

/// Adds a tile to the gradient of its rows and, where it is off the diagonal, of its columns.
///
/// Products are float32 and of centred rows; pairs with d < (|x_i|² + |x_j|²)/4096 are added by
/// differences of the values as read, in float64.
void snn_pull_tile(snn_level level, const snn_samples *samples, const snn_pull *pull,
                   const snn_tile *tile, void *scratch);

/// Writes panels of a gradient, times `factor` and the scale of each row, as rows in the order and
/// the type of the values as read. With `tangential` the part along each row is taken away first:
/// the gradient of what depends on directions alone. Returns whether every number is finite.
bool snn_unpack(const snn_samples *samples, const float *panels, int64_t first_panel,
                int64_t end_panel, double factor, bool tangential, void *out);

#endif
