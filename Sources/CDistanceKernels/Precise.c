// The sums of one anchor with nothing in float32 and nothing left out.
#pragma clang fp contract(off)

#include "DistanceKernels.h"
#include "Exponential.h"

#include <math.h>

// Distances this close (relative) are ties: the rounding of two float64 sums of squares.
static const double tie_tolerance = 1e-12;

static void add_nearest(double d, snn_extremes *extremes) {
  if (d < extremes->nearest * (1 - tie_tolerance)) {
    extremes->nearest = d;
    extremes->nearest_count = 1;
  } else if (d <= extremes->nearest * (1 + tie_tolerance)) {
    extremes->nearest = d < extremes->nearest ? d : extremes->nearest;
    extremes->nearest_count += 1;
  }
}

void snn_precise_sums(snn_level level, const snn_samples *samples, const int32_t *classes,
                      int64_t anchor, const double *betas, int64_t temperature_count,
                      double *distances, snn_extremes *extremes, snn_range *range, double *sums) {
  for (int kind = 0; kind < 2; kind++) {
    extremes[kind].nearest = INFINITY;
    extremes[kind].nearest_count = 0;
  }
  range->smallest_positive = INFINITY;
  range->largest = 0;
  for (int64_t j = 0; j < samples->count; j++) {
    if (j == anchor) continue;
    const double d = distances[j] = snn_exact_distance(level, samples, anchor, j);
    add_nearest(d, &extremes[classes[j] == classes[anchor] ? 0 : 1]);
    if (d > 0 && d < range->smallest_positive) range->smallest_positive = d;
    if (d > range->largest) range->largest = d;
  }
  for (int64_t t = 0; t < 6 * temperature_count; t++) sums[t] = 0;
  for (int64_t j = 0; j < samples->count; j++) {
    if (j == anchor) continue;
    const int kind = classes[j] == classes[anchor] ? 0 : 1;
    const double gap = distances[j] - extremes[kind].nearest;
    for (int64_t t = 0; t < temperature_count; t++) {
      const double x = (gap > 0 ? gap : 0) * betas[t];
      if (!(x < 700)) continue;
      const double e = exp_negative(x);
      double *place = sums + 3 * (kind * temperature_count + t);
      place[0] += e;
      place[1] += x * e;
      place[2] += x * x * e;
    }
  }
}
