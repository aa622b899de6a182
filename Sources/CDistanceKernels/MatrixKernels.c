// One copy of the product of matrices for each instruction set, and the choice of one at run time.
#include "MatrixKernels.h"

#include <string.h>

// Vectors wider than a level's registers are split by the compiler; none crosses a call that is
// not inlined, so the warning about their calling convention does not apply.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float16 __attribute__((ext_vector_type(16)));

enum { width = 16, depth_block = 1024, most_rows = 8, most_panels = 2 };

// Panels of 16 columns, for every level a whole number of register blocks.
static int64_t panel_count(int64_t columns) {
  const int64_t panels = (columns + width - 1) / width;
  return (panels + most_panels - 1) / most_panels * most_panels;
}

int64_t snn_multiply_work(int64_t columns) {
  return (panel_count(columns) * width + most_rows) * depth_block;
}

#pragma clang fp contract(off)

#define NAME(f) f##_portable
#define ROWS 2
#define PANELS 1
#include "MatrixKernels.inc"

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define ROWS 4
#define PANELS 1
#include "MatrixKernels.inc"
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define ROWS 4
#define PANELS 1
#include "MatrixKernels.inc"
#pragma clang attribute pop

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))),                \
    apply_to = function)
#define NAME(f) f##_avx512
#define ROWS 8
#define PANELS 2
#include "MatrixKernels.inc"
#pragma clang attribute pop
#endif

void snn_multiply(snn_level level, int64_t rows, int64_t columns, int64_t depth, snn_matrix a,
                  snn_matrix b, float *c, bool accumulate, float *work) {
  switch (level) {
#if defined(__x86_64__)
    case snn_avx512:
      return multiply_matrices_avx512(rows, columns, depth, a, b, c, accumulate, work);
    case snn_avx2:
      return multiply_matrices_avx2(rows, columns, depth, a, b, c, accumulate, work);
#endif
#if defined(__aarch64__)
    case snn_neon:
      return multiply_matrices_neon(rows, columns, depth, a, b, c, accumulate, work);
#endif
    default:
      return multiply_matrices_portable(rows, columns, depth, a, b, c, accumulate, work);
  }
}
