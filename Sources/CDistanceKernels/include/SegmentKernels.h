// The hot loops of the passes at one temperature: sums over a segment, the part of a tile's row
// whose partners share a class.
//
// Goals and notation are those of DistanceKernels.h. A segment never holds its anchor. Where the
// temperature is so cold that the expansion's rounding would show, the distances that matter are
// recomputed by differences of the values as read.
#ifndef SNN_SEGMENT_KERNELS_H
#define SNN_SEGMENT_KERNELS_H

#include "DistanceKernels.h"

/// The distances of one anchor to the partners [first, first + count), count at most 128.
typedef struct snn_segment {
  const snn_samples *samples;
  int64_t anchor;
  int64_t first;
  int64_t count;
  const double *distances;
  double beta;  // 1/T
} snn_segment;

/// Σ_j e^{−x}, Σ_j x·e^{−x}, Σ_j x²·e^{−x} with x = β(d − nearest): a monoid. Neutral is
/// nearest = infinity and sums of 0.
typedef struct snn_soft_sum {
  double nearest;
  double sum;
  double first;
  double second;
} snn_soft_sum;

/// The first two members of a `snn_soft_sum`, which is all that is kept for each class.
typedef struct snn_class_sum {
  double nearest;
  double sum;
} snn_class_sum;

/// Adds a segment to the sums of its kind and, where it is given, of its class.
void snn_absorb_segment(snn_level level, const snn_segment *segment, snn_soft_sum *kind,
                        snn_class_sum *class_sum);

/// Merges two sums of the same β.
void snn_merge_soft_sums(snn_soft_sum *sum, const snn_soft_sum *other, double beta);

/// By partner position: the normaliser of its soft neighbors, Σ_k e^{−βd_k} = e^{log − β·nearest}.
typedef struct snn_normaliser {
  const double *nearest;
  const double *log;
} snn_normaliser;

/// Σ_i p_i over the segment's partners i, p_i = e^{−βd_i} / (normaliser of i): how much of their
/// soft neighborhoods this anchor makes up.
double snn_share(snn_level level, const snn_segment *segment, snn_normaliser normaliser);

/// The same, and Σ_i p_i·e^{H_i}(1 + βd_i − E_i[βd]) into `change`: how the perplexities of the
/// partners grow with the weight of this anchor. `entropy` is H_i and `perplexity` e^{H_i}, by
/// partner position.
double snn_share_and_change(snn_level level, const snn_segment *segment, snn_normaliser normaliser,
                            const double *entropy, const double *perplexity, double *change);

#endif
