// The product of two matrices, in vector code for several instruction sets: what training a network
// needs besides the pass over pairs. The same bits for `snn_portable` on every machine.
#ifndef SNN_MATRIX_KERNELS_H
#define SNN_MATRIX_KERNELS_H

#include "DistanceKernels.h"

/// A matrix in single precision; element (i, j) is at `values[i·row_stride + j·column_stride]`, so
/// a transposed matrix is the same memory with its strides exchanged.
typedef struct snn_matrix {
  const float *values;
  int64_t row_stride;
  int64_t column_stride;
} snn_matrix;

/// Floats of scratch memory that `snn_multiply` needs.
int64_t snn_multiply_work(int64_t columns);

/// C = A·B, or C += A·B with `accumulate`; A is rows × depth, B depth × columns, and C row-major
/// without gaps. C overlaps neither. Blocks of 1024 products are added up in registers.
void snn_multiply(snn_level level, int64_t rows, int64_t columns, int64_t depth, snn_matrix a,
                  snn_matrix b, float *c, bool accumulate, float *work);

#endif
