// A tile of distances as doubles, by row and by column.
#include "DistanceKernels.h"

void snn_widen_tile(const float *tile, double *rows, double *transposed) {
  enum { side = snn_tile_side };
  for (int64_t k = 0; k < side * side; k++) rows[k] = (double)tile[k];
  for (int i0 = 0; i0 < side; i0 += 8)
    for (int j0 = 0; j0 < side; j0 += 8)
      for (int i = i0; i < i0 + 8; i++)
        for (int j = j0; j < j0 + 8; j++) transposed[j * side + i] = (double)tile[i * side + j];
}
