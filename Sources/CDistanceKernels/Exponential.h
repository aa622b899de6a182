// Exponentials in double precision without the C library, whose last bit differs by machine.
#ifndef SNN_EXPONENTIAL_H
#define SNN_EXPONENTIAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// 2^{−n} for a whole n ≥ 0; 0 beyond the range of a double.
static inline double power_of_half(double n) {
  if (!(n < 1022)) return 0;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

// exp(−x) for 0 ≤ x < 700 to 1e-15. Always inlined, so that each file has the last bit of its own
// rule of contraction and of its own instructions.
static inline __attribute__((always_inline)) double exp_negative(double x) {
  const double n = floor(x * 1.4426950408889634074 + 0.5);
  const double r = (n * 0.693147180369123816490 - x) + n * 1.90821492927058770002e-10;
  // Taylor on |r| ≤ ln 2 / 2, even and odd powers apart.
  const double s = r * r;
  double even = 1.0 / 479001600, odd = 1.0 / 6227020800;
  even = even * s + 1.0 / 3628800;
  even = even * s + 1.0 / 40320;
  even = even * s + 1.0 / 720;
  even = even * s + 1.0 / 24;
  even = even * s + 1.0 / 2;
  odd = odd * s + 1.0 / 39916800;
  odd = odd * s + 1.0 / 362880;
  odd = odd * s + 1.0 / 5040;
  odd = odd * s + 1.0 / 120;
  odd = odd * s + 1.0 / 6;
  const uint64_t bits = (uint64_t)(1023 - (int64_t)n) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return (1 + (r + s * (even + r * odd))) * power;
}

#endif
