// The hot loops of the passes at one temperature: sums over the parts of a tile's row whose
// partners share a class.
//
// Goals and notation are those of DistanceKernels.h. Where the temperature is so cold that the
// expansion's rounding would show, the distances that matter are recomputed by differences of the
// values as read.
#ifndef SNN_SEGMENT_KERNELS_H
#define SNN_SEGMENT_KERNELS_H

#include "DistanceKernels.h"

/// The distances of one anchor to the partners [first, first + count), count at most 128, with the
/// classes by position: `classes` names the class of each, `class_ends` where each class ends.
typedef struct snn_class_row {
  const snn_samples *samples;
  int64_t anchor;
  int64_t first;
  int64_t count;
  const double *distances;
  const int32_t *classes;
  const int64_t *class_ends;
  double beta;      // 1/T
  bool needs_exact; // whether the rounding of the expansion may show at this temperature
} snn_class_row;

/// Σ_j e^{−βd} = sum·2^{−exponent}, and with u = βd − exponent·ln 2 the sums Σ_j u·e^{−u} and
/// Σ_j u²·e^{−u}: a monoid whose merging takes no exponential. Neutral: exponent = infinity, sums 0.
typedef struct snn_soft_sum {
  double exponent;
  double sum;
  double first;
  double second;
} snn_soft_sum;

/// The first two members of a `snn_soft_sum`, which is all that is kept for each class.
typedef struct snn_class_sum {
  double exponent;
  double sum;
} snn_class_sum;

/// Whether distances of these samples need be recomputed at a temperature, where an exponent may be
/// off by `tolerance` (as a bound; it is usually off by a fortieth of it).
bool snn_needs_exact(double largest_distance, double beta, double tolerance);

/// Adds a row to the sums of its anchor over its own class and over all others, and to those over
/// each class if they are given; the anchor itself is left out by index.
void snn_absorb_class_row(snn_level level, const snn_class_row *row, snn_soft_sum *same,
                          snn_soft_sum *other, snn_class_sum *classes);

/// Merges two sums.
void snn_merge_soft_sums(snn_soft_sum *sum, const snn_soft_sum *other);

/// From the sums of one anchor over `count` classes: S[c]/Σ S into `shares`, and S[c]/S[own] into
/// `odds`, which is 0 for `own` and where S[own] is 0.
void snn_class_shares(const snn_class_sum *classes, int64_t count, int64_t own, double *shares,
                      double *odds);

/// By partner position, what turns an exponential into a share of the partner's soft neighborhood:
/// Σ_k e^{−βd_k} = e^{all_log − β·all_base} over all its neighbors, the next two over its class.
typedef struct snn_normalisers {
  const double *all_base;
  const double *all_log;
  const double *same_base;
  const double *same_log;
  const double *weight;      // of an anchor, mostly 1; 0 for a sample alone in its class
  const double *entropy;     // H_i
  const double *perplexity;  // e^{H_i}
} snn_normalisers;

/// How the losses of the partners change with the weight of the row's anchor as a neighbor, with
/// p_i = e^{−βd_i}/B_i and q_i = e^{−βd_i}/A_i in the anchor's own class: adds Σ_i (p_i − q_i) over
/// each class to `changes`, or over all to its first number unless `by_class`; and where `change` is
/// given, Σ_i p_i·e^{H_i}(1 + βd_i − E_i[βd]), how their perplexities do.
void snn_absorb_influences(snn_level level, const snn_class_row *row,
                           const snn_normalisers *normalisers, bool by_class, double *changes,
                           double *change);

#endif
