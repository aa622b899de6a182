// The bounds and the working memory of a search for neighbors.
#pragma clang fp contract(off)

#include "NeighborSearch.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

// MARK: Bounds

// The expansion's error as a share of |a|² + |b|² ≥ 2|a||b|: a block of float32 products adds up
// with at most `screen_depth` roundings, each block's sum with one more; rounding rows to float32,
// norms, and the last operations take the rest.
static double screen_error(int64_t features) {
  const double depth = (double)(features < screen_depth ? features : screen_depth);
  const double blocks = (double)((features + screen_depth - 1) / screen_depth);
  return (depth + blocks + 16) * 0x1p-24;
}

// What underflows in float32: rows nearer to the centre than 1e-28 of the farthest.
static double screen_underflow(int64_t features) { return (double)features * 1e-36; }

int64_t snn_lower_norm_count(int64_t bank_first, int64_t bank_count) {
  const int64_t count = bank_first + bank_count - screen_start(bank_first);
  return (count + snn_bank_block - 1) / snn_bank_block * snn_bank_block;
}

void snn_lower_norms(const snn_samples *s, int64_t bank_first, int64_t bank_count,
                     float *lower_norms) {
  const double share = 1 - screen_error(s->feature_count);
  const int64_t start = screen_start(bank_first);
  const int64_t count = snn_lower_norm_count(bank_first, bank_count);
  for (int64_t j = 0; j < count; j++) {
    const bool is_inside = start + j >= bank_first && start + j < bank_first + bank_count;
    lower_norms[j] = is_inside ? (float)(s->norms[start + j] * share) : INFINITY;
  }
}

// MARK: Working memory

static int64_t capacity_for(int64_t neighbor_count) {
  const int64_t capacity = 3 * neighbor_count + 64;
  return capacity < 192 ? 192 : capacity;
}

static void *take(char **next, size_t size) {
  char *start = *next;
  *next += (size + 63) / 64 * 64;
  return start;
}

static int64_t lay_out(char *memory, int64_t features, int64_t neighbor_count,
                       snn_search_work *work) {
  const size_t capacity = (size_t)capacity_for(neighbor_count);
  char *next = memory;
  work->queries = take(&next, sizeof(float) * snn_query_block * (size_t)features);
  work->tile = take(&next, sizeof(float) * snn_query_block * snn_bank_block);
  // The widest strip of any level is a panel.
  work->strip = take(&next, sizeof(float) * screen_depth * snn_panel_width);
  work->candidates = take(&next, sizeof(snn_candidate) * snn_query_block * capacity);
  work->keys = take(&next, sizeof(double) * capacity);
  work->states = take(&next, sizeof(snn_query) * snn_query_block);
  return next - memory;
}

int64_t snn_search_work_size(int64_t feature_count, int64_t neighbor_count) {
  snn_search_work work;
  static char origin;
  return lay_out(&origin, feature_count, neighbor_count, &work);
}

void snn_begin_search(const snn_search *search, int64_t first, int64_t count, void *memory,
                      snn_search_work *work) {
  const snn_samples *s = search->samples;
  lay_out(memory, s->feature_count, search->neighbor_count, work);
  const int64_t capacity = capacity_for(search->neighbor_count);
  const double error = screen_error(s->feature_count);
  const double underflow = screen_underflow(s->feature_count);
  for (int64_t q = 0; q < count; q++)
    work->states[q] = (snn_query){
        .candidates = work->candidates + q * capacity,
        .capacity = capacity,
        .norm = s->norms[first + q],
        .offset = (1 - error) * s->norms[first + q] - underflow,
        .error = 2 * error,
        .underflow = 2 * underflow,
        .limit = FLT_MAX,
    };
}
