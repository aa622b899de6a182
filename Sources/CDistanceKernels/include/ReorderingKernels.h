// The distances of all pairs, put from one order of the samples into another.
//
// They are kept as tiles of 128 × 128, those of the upper triangle, column by column: tile (U, V),
// U ≤ V, is the one at V·(V + 1)/2 + U, row-major. Goals are those of DistanceKernels.h: nothing
// is computed here, so the numbers are the same bits in the new order.
#ifndef SNN_REORDERING_KERNELS_H
#define SNN_REORDERING_KERNELS_H

#include "DistanceKernels.h"

enum {
  /// Rows of distances that are put into the new order together: a line of the cache of floats, so
  /// that columns of a tile are read as whole lines.
  snn_reordered_rows = 16,
};

/// Two orders of the same samples, both padded to whole blocks; what pads one pads the other, at
/// the same places.
typedef struct snn_reordering {
  int64_t count;  // samples
  int64_t block_count;
  const int32_t *destinations;  // the new position of an old one
  const int32_t *origins;       // the old position of a new one
} snn_reordering;

/// Writes the distances of 16 old positions, from `first` on, a multiple of 16, to where they are
/// in the new order: each old position is one row of the new tiles, so several calls may write at
/// the same time. Rows that pad are written too, as 0.
///
/// `strip` is room for 16 × 128·block_count floats.
void snn_reorder_distances(const snn_reordering *reordering, int64_t first, const float *tiles,
                           float *reordered, float *strip);

/// The same for what float32 leaves of them.
void snn_reorder_rests(const snn_reordering *reordering, int64_t first, const int8_t *tiles,
                       int8_t *reordered, int8_t *strip);

#endif
