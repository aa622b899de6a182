// What the sums of one anchor say of its classes.
#pragma clang fp contract(off)

#include "ClassKernels.h"
#include "Exponential.h"

void snn_class_shares(const double *exponents, const double *sums, int64_t stride, int64_t count,
                      int64_t own, double *shares, double *odds) {
  double least = INFINITY, total = 0;
  for (int64_t c = 0; c < count; c++)
    least = exponents[c * stride] < least ? exponents[c * stride] : least;
  for (int64_t c = 0; c < count; c++) {
    shares[c] = sums[c * stride] * power_of_half(exponents[c * stride] - least);
    total += shares[c];
  }
  const double scale = total > 0 ? 1 / total : 0;
  for (int64_t c = 0; c < count; c++) shares[c] *= scale;
  const double same = sums[own * stride], exponent = exponents[own * stride];
  for (int64_t c = 0; c < count; c++) {
    const double sum = sums[c * stride], step = exponents[c * stride] - exponent;
    odds[c] = c == own || !(same > 0) || !(sum > 0) ? 0
              : step >= 0                           ? sum / same * power_of_half(step)
                                                    : sum / same / power_of_half(-step);
  }
}
