// The hot loops of a pass at one temperature that tells classes apart: what each class is among the
// neighbors of each anchor, and how the losses change with the weight of each sample.
//
// Goals and notation are those of DistanceKernels.h. The code is in Kernels/Classes.inc and, for
// the sums of one anchor, ClassShares.c.
#ifndef SNN_CLASS_KERNELS_H
#define SNN_CLASS_KERNELS_H

#include "DistanceKernels.h"

/// By position, what turns an exponential into a share of the sample's soft neighborhood:
/// Σ_k e^{−βd_k} = e^{all_log − β·all_base} over all its neighbors, the next two over its class.
typedef struct snn_normalisers {
  const double *all_base;
  const double *all_log;
  const double *same_base;
  const double *same_log;
  const double *weight;      // of an anchor, mostly 1; 0 for a sample alone in its class
  const double *entropy;     // H_i
  const double *perplexity;  // e^{H_i}
  const double *other;       // Σ over other classes as a share of all: 1 − A_i/B_i
} snn_normalisers;

/// How often a pass went which way, for a block of anchors as rows.
typedef struct snn_class_ways {
  int64_t tiles;
  int64_t alone_tiles;  // those that went anchor by anchor
  int64_t exact_tiles;  // those with pairs whose distances were computed again
  int64_t exact_pairs;
} snn_class_ways;

/// What a pass keeps for the samples at positions [first, first + count); others are partners
/// alone. What is NULL is not wanted. `place` is a position less `first`.
typedef struct snn_class_pass {
  double beta;                // 1/T
  const int32_t *classes;     // by position, ascending
  const int64_t *class_ends;  // by class: the position behind its last sample
  int64_t first;
  int64_t count;

  /// Σ_{j∈c, j≠i} e^{−βd_ij} = sums·2^{−exponents}, at c·count + place; exponents are whole
  /// numbers, infinite before the first partner.
  double *exponents;
  double *sums;

  /// For the rest, and to see what sums count beside that of the own class. With p_ij =
  /// e^{−βd_ij}/B_i and q_ij = [y_i = y_j]·e^{−βd_ij}/A_i and the anchors' weights:
  const snn_normalisers *normalisers;
  /// Σ_{i∈c, i≠j} weight_i (p_ij − q_ij): at c·count + place with `by_class`, else their sum at
  /// place. Within a class p − q is −other_i·q, which keeps its digits where the two are alike.
  double *changes;
  bool by_class;
  /// Σ_{i≠j} p_ij·e^{H_i}(1 + βd_ij − E_i[βd]), at place.
  double *perplexity_changes;

  snn_class_ways *ways;  // by block of 128 positions
} snn_class_pass;

/// Bytes of scratch memory, 64-byte aligned, that `snn_absorb_classes` needs.
int64_t snn_class_scratch_size(void);

/// Absorbs a tile of distances into what is kept for its rows and, off the diagonal, its columns.
/// Leaves the tile as it is. Samples are left out of their own sums by index.
void snn_absorb_classes(snn_level level, const snn_samples *samples, const snn_class_pass *pass,
                        const snn_tile *tile, void *scratch);

/// From the sums of one anchor over `count` classes, `stride` apart: S[c]/Σ S into `shares`, and
/// S[c]/S[own] into `odds`, which is 0 for `own` and where S[own] is 0.
void snn_class_shares(const double *exponents, const double *sums, int64_t stride, int64_t count,
                      int64_t own, double *shares, double *odds);

#endif
