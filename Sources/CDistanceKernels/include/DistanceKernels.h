// The hot loops of the pass over all pairs, in vector code for several instruction sets.
//
// Goals, in order:
//   1. The value. Distances of near-duplicates come from differences of the values as read; sums
//      are float32 only within one row of a tile and float64 beyond it.
//   2. The same bits for any number of threads: every function here is a pure function of its
//      arguments, and sums inside of it have one fixed order.
//   3. The same bits on every machine for `snn_portable`: sixteen lanes, no fused operation, no
//      call of the C library's exp or log.
//   4. Speed: the inner products run at the rate of the multiply-add units, the exponentials cost a
//      dozen vector instructions for sixteen pairs.
//
// Notation: N samples in class order ("positions"), D features, T temperature, β = 1/T, d squared
// distance. A tile holds the distances of up to `snn_tile_side` anchors to as many partners.
#ifndef SNN_DISTANCE_KERNELS_H
#define SNN_DISTANCE_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

enum { snn_tile_side = 128, snn_panel_width = 32, snn_moment_count = 9 };

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
/// `panels` holds the centred rows as float32, 32 positions a panel: feature by feature, the 32
/// values side by side; positions past N are 0. `values` are the rows as read, found through
/// `rows` (position → row) and multiplied by `scales` (position → factor) before they are compared.
typedef struct snn_samples {
  int64_t count;
  int64_t feature_count;
  const float *panels;
  const double *norms;  // |x|² of the centred float32 rows, by position
  const void *values;   // row-major, float or double
  bool values_are_double;
  const int64_t *rows;
  const double *scales;
  double factor;        // multiplies a squared difference (½ for cosine)
  double zero_below;    // exact distances below are rounding of 0
} snn_samples;

/// The mean of each feature over all samples, of values times scale, into `means` (D doubles).
void snn_feature_means(const snn_samples *samples, double *means);

/// The largest |x·scale − center| over all values.
double snn_largest_deviation(const snn_samples *samples, const double *center);

/// Σ_f Σ_i (x_if·scale − mean_f)², the means being those of the samples: (N − 1)·Σ_f s²_f.
/// `center` need only be near the means; `work` is 2·D doubles.
double snn_scatter(const snn_samples *samples, const double *center, double *work);

/// Writes panels and norms of the rows x·scale − center for a range of panels.
void snn_pack(const snn_samples *samples, const double *center, int64_t first_panel,
              int64_t end_panel, float *panels, double *norms);

/// Squared distances of the positions [row, row + 128) to [column, column + 128), row-major with
/// stride 128; pairs that are close against their norms are recomputed by differences of the
/// values as read. Both starts are multiples of 128.
void snn_tile_distances(snn_level level, const snn_samples *samples, int64_t row, int64_t column,
                        double *distances);

/// The squared distance of two positions by differences of the values as read.
double snn_exact_distance(snn_level level, const snn_samples *samples, int64_t a, int64_t b);

/// Transposes a tile.
void snn_transpose_tile(const double *tile, double *transposed);

/// What is summed for every anchor: an exponential a pair for each of `exponential_count`
/// temperatures, hot to cold, and central moments of d, which serve every hotter temperature.
typedef struct snn_sweep {
  int64_t exponential_count;
  const double *betas;    // of those that take exponentials, ascending
  const float *rates;     // log2(e)·β, the same
  bool moments;           // whether moments are wanted
  double moment_center;   // moments are of u = (d − center)·inverse_range, |u| ≤ 1
  double moment_inverse_range;
  double cut;             // exponents below −cut are dropped
  bool curvature;
} snn_sweep;

/// What one anchor knows about its neighbors of one kind (same class or other class).
typedef struct snn_extremes {
  double nearest;          // exact; infinity before the first neighbor
  double nearest_count;    // neighbors at exactly that distance
  double nearest_positive; // the smallest distance above 0 among those met near the nearest
  double farthest;
} snn_extremes;

/// Sums of one anchor and kind, for each exponential temperature, relative to the nearest d_min:
/// with x = log2(e)·β·(d_min − d): Σ 2^x, Σ x·2^x and, with curvature, Σ x²·2^x, each a row of
/// `exponential_count` doubles one after the other; and Σ u^k for k = 0…8.
typedef struct snn_neighbor_state {
  snn_extremes *extremes;
  double *sums;
  double *moments;
} snn_neighbor_state;

/// Absorbs the distances of `anchor` to the partners [first, first + count) into its two states.
/// Partners in [same_begin, same_end) are of its class; the anchor itself is left out by index.
void snn_absorb_row(snn_level level, const snn_samples *samples, const snn_sweep *sweep,
                    int64_t anchor, int64_t first, int64_t count, const double *distances,
                    int64_t same_begin, int64_t same_end, snn_neighbor_state same,
                    snn_neighbor_state other);

#endif
