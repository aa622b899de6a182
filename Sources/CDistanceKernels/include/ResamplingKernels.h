// The hot loops of passes over many labelings, or many weights, of the same samples at one
// temperature.
//
// Goals and notation are those of DistanceKernels.h. The code is in Kernels/Resampling.inc.
#ifndef SNN_RESAMPLING_KERNELS_H
#define SNN_RESAMPLING_KERNELS_H

#include "DistanceKernels.h"

enum {
  /// Weights of a sample that go side by side.
  snn_resample_width = 112,
};

/// The same-class sums of all anchors under each of several labelings.
typedef struct snn_relabeling {
  double beta;          // 1/T
  const double *bases;  // by position: what its distances are relative to, at most its nearest
  int64_t labeling_count;
  int64_t stride;         // positions of a labeling, padded to whole tiles
  const int32_t *labels;  // at labeling·stride + position, −1 beyond the last sample
  /// Σ_j [y_j = y_i] e^{−β(d_ij − base_i)}, at position·labeling_count + labeling.
  double *sums;
} snn_relabeling;

/// The sums over each class under each of several weightings of the neighbors, for the anchors at
/// positions [first, first + count).
typedef struct snn_reweighting {
  double beta;
  const int32_t *classes;     // by position, ascending
  const int64_t *class_ends;  // by class: the position behind its last sample
  int64_t first;
  int64_t count;
  const double *exponents;  // those of the class's sum with all weights 1: see snn_class_pass
  const float *weights;     // at position·width + weighting
  /// Σ_{j∈c} w_j e^{−βd_ij}·2^{exponent}, at (c·count + place)·width + weighting.
  float *sums;
} snn_reweighting;

/// Absorbs a tile of distances into the sums of its rows and, off the diagonal, of its columns.
/// Leaves the tile as it is. Samples are left out of their own sums by index.
void snn_absorb_relabelings(snn_level level, const snn_samples *samples, const snn_relabeling *to,
                            const snn_tile *tile);

void snn_absorb_reweightings(snn_level level, const snn_samples *samples, const snn_reweighting *to,
                             const snn_tile *tile);

#endif
