// The k nearest of a bank to each query, exactly, in vector code for several instruction sets.
//
// Goals, in order:
//   1. The lists. They are those of all distances by differences of the values as read, in float64,
//      ties by lower position: what rounding could have swapped is computed again before it is
//      ranked, so the lists do not depend on tiles, threads or how a sum was cut.
//   2. Speed: nearly all pairs cost D float32 multiply-adds at the rate of the machine's units and
//      one comparison. Only those that may be among the k nearest leave the vector loop.
//   3. Memory: no row of distances is kept, only some k candidates for each of the queries at work.
//
//   panels ──screen──▶ lower bound of d for a tile ──≤ limit──▶ candidates ──exact──▶ k nearest
//
// With a query a and a bank row b, both centred, the expansion |a|² + |b|² − 2ab is off from d by
// at most ε·(|a|² + |b|²). A candidate is kept while d − error does not exceed the k-th smallest d
// + error.
#ifndef SNN_NEIGHBOR_KERNELS_H
#define SNN_NEIGHBOR_KERNELS_H

#include "DistanceKernels.h"

enum { snn_query_block = 192, snn_bank_block = 256 };

/// What is searched: positions of `samples`.
typedef struct snn_search {
  const snn_samples *samples;
  int64_t bank_first, bank_count;
  int64_t neighbor_count;    // k; at most bank_count, less one where a query is in the bank
  const float *lower_norms;  // of snn_lower_norms
} snn_search;

/// The length of `lower_norms` for a bank: whole blocks from the panel on that it begins in.
int64_t snn_lower_norm_count(int64_t bank_first, int64_t bank_count);

/// Fills (1 − ε)·|b|² for each row of the bank, infinity around it.
void snn_lower_norms(const snn_samples *samples, int64_t bank_first, int64_t bank_count,
                     float *lower_norms);

/// The bytes that one call of `snn_nearest` works in; aligned to 64.
int64_t snn_search_work_size(int64_t feature_count, int64_t neighbor_count);

/// The nearest rows of the bank to the positions [first, first + count), count ≤ snn_query_block,
/// nearest first and ties by lower position; a query that is in the bank is left out of its own
/// list. Writes `neighbor_count` positions and distances a query.
void snn_nearest(snn_level level, const snn_search *search, int64_t first, int64_t count,
                 void *work, int32_t *positions, double *distances);

#endif
