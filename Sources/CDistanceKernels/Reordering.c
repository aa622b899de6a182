// Kept distances in another order of the samples: rows are assembled, then gathered.

#include "ReorderingKernels.h"

#include <string.h>

enum { side = snn_tile_side, rows = snn_reordered_rows, tile_size = side * side };

static inline int64_t tile_start(int64_t row, int64_t column) {
  return (column * (column + 1) / 2 + row) * tile_size;
}

// What is kept of the positions [first, first + 16) with all, a row each, 0 with those that pad;
// and the rows in the new order.
#define REORDER(SUFFIX, TYPE)                                                                   \
  static void assemble_##SUFFIX(const snn_reordering *reordering, int64_t first,                \
                                const TYPE *tiles, TYPE *strip) {                               \
    const int64_t width = reordering->block_count * side;                                       \
    const int64_t own = first / side, place = first % side;                                     \
    /* Tiles above the diagonal hold the pairs the other way around. */                         \
    for (int64_t block = 0; block < own; block++) {                                             \
      const TYPE *column = tiles + tile_start(block, own) + place;                              \
      for (int64_t j = 0; j < side; j++)                                                        \
        for (int64_t i = 0; i < rows; i++)                                                      \
          strip[i * width + block * side + j] = column[j * side + i];                           \
    }                                                                                           \
    for (int64_t block = own; block < reordering->block_count; block++) {                       \
      const TYPE *row = tiles + tile_start(own, block) + place * side;                          \
      for (int64_t i = 0; i < rows; i++)                                                        \
        memcpy(strip + i * width + block * side, row + i * side, side * sizeof *strip);         \
    }                                                                                           \
    const int64_t padding = width - reordering->count;                                          \
    for (int64_t i = 0; i < rows; i++)                                                          \
      memset(strip + i * width + reordering->count, 0, (size_t)padding * sizeof *strip);        \
  }                                                                                             \
                                                                                                \
  void snn_reorder_##SUFFIX(const snn_reordering *reordering, int64_t first, const TYPE *tiles, \
                            TYPE *reordered, TYPE *strip) {                                     \
    const int64_t width = reordering->block_count * side;                                       \
    assemble_##SUFFIX(reordering, first, tiles, strip);                                         \
    for (int64_t i = 0; i < rows; i++) {                                                        \
      TYPE *from = strip + i * width;                                                           \
      if (first + i >= reordering->count) memset(from, 0, (size_t)width * sizeof *from);        \
      const int64_t row = reordering->destinations[first + i];                                  \
      for (int64_t block = row / side; block < reordering->block_count; block++) {              \
        const int32_t *origins = reordering->origins + block * side;                            \
        TYPE *to = reordered + tile_start(row / side, block) + row % side * side;               \
        for (int64_t j = 0; j < side; j++) to[j] = from[origins[j]];                            \
      }                                                                                         \
    }                                                                                           \
  }

REORDER(distances, float)
REORDER(rests, int8_t)
