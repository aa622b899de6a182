// What a layer needs before the pass: means, range, scatter, and its rows centred and packed.
#pragma clang fp contract(off)

#include "DistanceKernels.h"
#include "Vectors.h"

#include <float.h>
#include <math.h>
#include <string.h>

static inline double value_at(const snn_samples *s, int64_t index) {
  return s->values_are_double ? ((const double *)s->values)[index]
                              : (double)((const float *)s->values)[index];
}

// Adds a term to a sum of two parts, the second what the first loses to rounding.
static inline void add_exactly(double term, double *sum, double *rest) {
  const double total = *sum + term, taken = total - *sum;
  *rest += (*sum - (total - taken)) + (term - taken);
  *sum = total;
}

void snn_feature_means(const snn_samples *s, int64_t origin, int64_t first, int64_t end,
                       int64_t first_feature, int64_t end_feature, double *means, double *rests) {
  // Sums of differences to one row: a common offset costs no digits.
  const int64_t D = s->feature_count;
  if (s->count == 0 || first == 0)
    for (int64_t f = first_feature; f < end_feature; f++) means[f] = rests[f] = 0;
  if (s->count == 0) return;
  const int64_t from = s->rows[origin] * D;
  const double from_scale = s->scales[origin];
  const double share = 1.0 / (double)s->count;
  for (int64_t p = first; p < end; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    if (s->values_are_double) {
      const double *v = (const double *)s->values;
      for (int64_t f = first_feature; f < end_feature; f++)
        add_exactly((v[row + f] * scale - v[from + f] * from_scale) * share, means + f, rests + f);
    } else {
      const float *v = (const float *)s->values;
      for (int64_t f = first_feature; f < end_feature; f++)
        add_exactly(((double)v[row + f] * scale - (double)v[from + f] * from_scale) * share,
                    means + f, rests + f);
    }
  }
  if (end < s->count) return;
  for (int64_t f = first_feature; f < end_feature; f++)
    means[f] = (means[f] + rests[f]) + value_at(s, from + f) * from_scale;
}

double snn_largest_deviation(const snn_samples *s, const double *center, int64_t first,
                             int64_t end) {
  const int64_t D = s->feature_count;
  double8 largest = 0;
  double rest = 0;
  for (int64_t p = first; p < end; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    int64_t f = 0;
    for (; f + 8 <= D; f += 8) {
      double8 v, c;
      if (s->values_are_double) {
        memcpy(&v, (const double *)s->values + row + f, sizeof v);
      } else {
        float8 narrow;
        memcpy(&narrow, (const float *)s->values + row + f, sizeof narrow);
        v = __builtin_convertvector(narrow, double8);
      }
      memcpy(&c, center + f, sizeof c);
      largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(v * scale - c));
    }
    for (; f < D; f++) {
      const double d = fabs(value_at(s, row + f) * scale - center[f]);
      rest = d > rest ? d : rest;
    }
  }
  for (int lane = 0; lane < 8; lane++) rest = largest[lane] > rest ? largest[lane] : rest;
  return rest;
}

void snn_add_scatter(const snn_samples *s, const double *center, int64_t start, int64_t end,
                     int64_t first_feature, int64_t end_feature, double *first, double *second) {
  const int64_t D = s->feature_count;
  for (int64_t p = start; p < end; p++) {
    const int64_t row = s->rows[p] * D;
    const double scale = s->scales[p];
    if (s->values_are_double) {
      const double *v = (const double *)s->values + row;
      for (int64_t f = first_feature; f < end_feature; f++) {
        const double d = v[f] * scale - center[f];
        first[f] += d;
        second[f] += d * d;
      }
    } else {
      const float *v = (const float *)s->values + row;
      for (int64_t f = first_feature; f < end_feature; f++) {
        const double d = (double)v[f] * scale - center[f];
        first[f] += d;
        second[f] += d * d;
      }
    }
  }
}

double snn_scatter(int64_t count, int64_t feature_count, const double *first,
                   const double *second) {
  double total = 0;
  for (int64_t f = 0; f < feature_count; f++) {
    const double scatter = second[f] - first[f] * first[f] / (double)count;
    total += scatter > 0 ? scatter : 0;
  }
  return total;
}

// One of nine alike is none, whatever rounding makes of the sums.
static const double heavy_share = (1 + 1e-6) / 9;

int64_t snn_heavy_features(int64_t count, int64_t feature_count, const double *first,
                           const double *second, int64_t *heavy) {
  if (!snn_has_rests(feature_count)) return 0;
  const double least = heavy_share * snn_scatter(count, feature_count, first, second);
  int64_t found = 0;
  for (int64_t f = 0; f < feature_count && found < snn_most_heavy; f++)
    if (second[f] - first[f] * first[f] / (double)count > least) heavy[found++] = f;
  return found;
}

void snn_lighten(const snn_samples *s, int64_t first_panel, int64_t end_panel, const float *panels,
                 double *spreads) {
  const int64_t D = s->feature_count;
  enum { block = 128 };
  for (int64_t panel = first_panel; panel < end_panel; panel++) {
    const float *values = panels + (panel - first_panel) * D * snn_panel_width;
    double fourth[snn_panel_width] = {0};
    int64_t next = 0;
    for (int64_t begin = 0; begin < D; begin += block) {
      double square[snn_panel_width] = {0};
      for (int64_t f = begin; f < begin + block && f < D; f++) {
        if (next < s->heavy_count && f == s->heavy[next]) {
          next++;
          continue;
        }
        for (int64_t lane = 0; lane < snn_panel_width; lane++) {
          const double x = (double)values[f * snn_panel_width + lane];
          square[lane] += x * x;
        }
      }
      for (int64_t lane = 0; lane < snn_panel_width; lane++)
        fourth[lane] += square[lane] * square[lane];
    }
    for (int64_t lane = 0; lane < snn_panel_width; lane++)
      if (panel * snn_panel_width + lane < s->count)
        spreads[panel * snn_panel_width + lane] = sqrt(fourth[lane]);
  }
}

void snn_pack(const snn_samples *s, const double *center, int64_t first_panel, int64_t end_panel,
              float *panels, double *norms, double *spreads) {
  const int64_t D = s->feature_count;
  enum { strip = 64, block = 128 };
  for (int64_t panel = first_panel; panel < end_panel; panel++) {
    float *out = panels + (panel - first_panel) * D * snn_panel_width;
    double before[snn_panel_width], fourth[snn_panel_width] = {0};
    for (int64_t f0 = 0; f0 < D; f0 += strip) {
      const int64_t f1 = f0 + strip < D ? f0 + strip : D;
      for (int64_t lane = 0; lane < snn_panel_width; lane++) {
        const int64_t position = panel * snn_panel_width + lane;
        if (position >= s->count) {
          for (int64_t f = f0; f < f1; f++) out[f * snn_panel_width + lane] = 0;
          continue;
        }
        const int64_t row = s->rows[position] * D;
        const double scale = s->scales[position];
        double norm = f0 == 0 ? 0 : norms[position];
        if (f0 % block == 0) before[lane] = norm;
        for (int64_t f = f0; f < f1; f++) {
          const float x = (float)(value_at(s, row + f) * scale - center[f]);
          out[f * snn_panel_width + lane] = x;
          norm += (double)x * (double)x;
        }
        norms[position] = norm;
        if (f1 % block != 0 && f1 < D) continue;
        const double square = norm - before[lane];
        fourth[lane] += square * square;
      }
    }
    for (int64_t lane = 0; lane < snn_panel_width; lane++)
      if (panel * snn_panel_width + lane < s->count)
        spreads[panel * snn_panel_width + lane] = sqrt(fourth[lane]);
  }
}

bool snn_unpack(const snn_samples *s, const float *panels, int64_t first_panel, int64_t end_panel,
                double factor, bool tangential, void *out) {
  const int64_t D = s->feature_count;
  const double most = s->values_are_double ? DBL_MAX : (double)FLT_MAX;
  bool finite = true;
  for (int64_t panel = first_panel; panel < end_panel; panel++)
    for (int64_t lane = 0; lane < snn_panel_width; lane++) {
      const int64_t position = panel * snn_panel_width + lane;
      if (position >= s->count) break;
      const float *gradient = panels + panel * D * snn_panel_width + lane;
      const int64_t row = s->rows[position] * D;
      const double scale = s->scales[position];
      double along = 0, square = 0;
      for (int64_t f = 0; tangential && f < D; f++) {
        const double x = value_at(s, row + f) * scale;
        along += (double)gradient[f * snn_panel_width] * x;
        square += x * x;
      }
      const double share = square > 0 ? along / square : 0;
      for (int64_t f = 0; f < D; f++) {
        double g = (double)gradient[f * snn_panel_width];
        if (tangential) g -= share * (value_at(s, row + f) * scale);
        g = g * factor * scale;
        finite &= fabs(g) <= most;
        if (s->values_are_double)
          ((double *)out)[row + f] = g;
        else
          ((float *)out)[row + f] = (float)g;
      }
    }
  return finite;
}
