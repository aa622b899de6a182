#include "NeighborKernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wpsabi"

// Features whose products add up in registers before the tile takes them.
enum { screen_depth = 256, screen_chunk = 32 };

typedef float float8 __attribute__((ext_vector_type(8)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));
typedef float screen_chunk_vector __attribute__((ext_vector_type(screen_chunk)));
typedef int32_t screen_mask __attribute__((ext_vector_type(screen_chunk)));
typedef bool screen_bits __attribute__((ext_vector_type(screen_chunk)));

// A row of the bank that may be among the nearest: its distance lies within [lower, upper], in
// units before `factor`. Equal bounds: computed from the values as read.
typedef struct candidate {
  double lower, upper;
  int64_t position;
} candidate;

// The candidates of one query.
typedef struct query_state {
  candidate *candidates;
  int64_t count, capacity;
  double norm;       // |a|²
  double offset;     // (1 − ε)|a|², less what underflow may hide
  double error;      // 2ε
  double underflow;  // twice what it may hide
  float limit;       // candidates have (1 − ε)|b|² − 2ab at or below it
} query_state;

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

static int64_t capacity_for(int64_t neighbor_count) {
  const int64_t capacity = 3 * neighbor_count + 64;
  return capacity < 192 ? 192 : capacity;
}

// Blocks of the bank begin where panels do.
static int64_t screen_start(int64_t bank_first) {
  return bank_first / snn_panel_width * snn_panel_width;
}

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

typedef struct search_work {
  float *queries;        // strips of rows, feature by feature
  float *tile;           // snn_query_block × snn_bank_block inner products
  float *strip;          // screen_depth × columns of the bank
  candidate *candidates; // capacity a query
  double *keys;          // capacity
  query_state *states;
} search_work;

// The widest strip of any level.
enum { strip_columns = snn_panel_width };

static char *take(char **next, int64_t size) {
  char *start = *next;
  *next += (size + 63) / 64 * 64;
  return start;
}

static int64_t lay_out(char *memory, int64_t features, int64_t neighbor_count, search_work *work) {
  const int64_t capacity = capacity_for(neighbor_count);
  char *next = memory;
  work->queries = (float *)take(&next, (int64_t)sizeof(float) * snn_query_block * features);
  work->tile = (float *)take(&next, (int64_t)sizeof(float) * snn_query_block * snn_bank_block);
  work->strip = (float *)take(&next, (int64_t)sizeof(float) * screen_depth * strip_columns);
  work->candidates =
      (candidate *)take(&next, (int64_t)sizeof(candidate) * snn_query_block * capacity);
  work->keys = (double *)take(&next, (int64_t)sizeof(double) * capacity);
  work->states = (query_state *)take(&next, (int64_t)sizeof(query_state) * snn_query_block);
  return next - memory;
}

int64_t snn_search_work_size(int64_t feature_count, int64_t neighbor_count) {
  search_work work;
  static char origin;
  return lay_out(&origin, feature_count, neighbor_count, &work);
}

// MARK: Candidates

// The value at `rank` (from 0) of the sorted order; reorders the values. Partitions without a
// branch on the values, which none could predict; equal values are set apart, so that duplicates
// do not make it slow.
static double selected(double *values, int64_t count, int64_t rank) {
  int64_t low = 0, high = count;
  while (high - low > 1) {
    const double first = values[low], middle = values[low + (high - low) / 2],
                 last = values[high - 1];
    const double lesser = first < middle ? first : middle;
    const double greater = first < middle ? middle : first;
    const double pivot = last < lesser ? lesser : last < greater ? last : greater;
    int64_t below = low;
    for (int64_t i = low; i < high; i++) {
      const double value = values[i];
      values[i] = values[below];
      values[below] = value;
      below += value < pivot;
    }
    if (rank < below) {
      high = below;
      continue;
    }
    int64_t equal = below;
    for (int64_t i = below; i < high; i++) {
      const double value = values[i];
      values[i] = values[equal];
      values[equal] = value;
      equal += value == pivot;
    }
    if (rank < equal) return pivot;
    low = equal;
  }
  return values[low];
}

static inline bool precedes(candidate a, candidate b) {
  return a.upper < b.upper || (a.upper == b.upper && a.position < b.position);
}

// Heapsort where a quicksort would not pay: any order of the input costs n log n.
static void sort(candidate *c, int64_t count) {
  for (int64_t start = count / 2, end = count; end > 1;) {
    candidate moved;
    if (start > 0) {
      moved = c[--start];
    } else {
      moved = c[--end];
      c[end] = c[0];
    }
    int64_t hole = start;
    for (int64_t child = 2 * hole + 1; child < end; child = 2 * hole + 1) {
      if (child + 1 < end && precedes(c[child], c[child + 1])) child++;
      if (!precedes(moved, c[child])) break;
      c[hole] = c[child];
      hole = child;
    }
    c[hole] = moved;
  }
}

// Keeps what may be among the nearest by the bounds alone.
static void prune(const snn_search *search, query_state *state, double *keys) {
  const snn_samples *s = search->samples;
  if (state->count < search->neighbor_count) return;
  for (int64_t c = 0; c < state->count; c++) keys[c] = state->candidates[c].upper;
  double bound = selected(keys, state->count, search->neighbor_count - 1);
  // Exact distances below `zero_below` are all 0 and so ties.
  const double zero = s->zero_below / s->factor;
  bound = bound < zero ? zero : bound;
  int64_t kept = 0;
  for (int64_t c = 0; c < state->count; c++) {
    const candidate one = state->candidates[c];
    state->candidates[kept] = one;
    kept += one.lower <= bound;
  }
  state->count = kept;
  // (1 − ε)|b|² − 2ab ≤ bound − (1 − ε)|a|² + underflow, rounded up.
  const double limit = bound - state->offset;
  state->limit = (float)(limit + fabs(limit) * 1.2e-7);
}

// Ranks what is known exactly and keeps the nearest k, in order.
static void rank(const snn_search *search, query_state *state) {
  sort(state->candidates, state->count);
  if (state->count > search->neighbor_count) state->count = search->neighbor_count;
}

// MARK: One copy of the screen for each level

#pragma clang fp contract(off)

#define NAME(f) f##_portable
#define ROWS 4
#define COLUMNS 8
#include "NeighborKernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS

#pragma clang fp contract(fast)

#if defined(__aarch64__)
#define NAME(f) f##_neon
#define ROWS 6
#define COLUMNS 16
#include "NeighborKernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(f) f##_avx2
#define ROWS 6
#define COLUMNS 16
#include "NeighborKernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#pragma clang attribute pop

#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,popcnt"))),                \
    apply_to = function)
#define NAME(f) f##_avx512
#define ROWS 24
#define COLUMNS 16
#include "NeighborKernels.inc"
#undef NAME
#undef ROWS
#undef COLUMNS
#pragma clang attribute pop
#endif

void snn_nearest(snn_level level, const snn_search *search, int64_t first, int64_t count,
                 void *work, int32_t *positions, double *distances) {
  switch (level) {
#if defined(__x86_64__)
    case snn_avx512:
      nearest_avx512(search, first, count, work, positions, distances);
      return;
    case snn_avx2:
      nearest_avx2(search, first, count, work, positions, distances);
      return;
#endif
#if defined(__aarch64__)
    case snn_neon:
      nearest_neon(search, first, count, work, positions, distances);
      return;
#endif
    default:
      nearest_portable(search, first, count, work, positions, distances);
  }
}
