// The rows of a bank that may be among the nearest to a query: which stay, and in which order.
#pragma clang fp contract(off)

#include "NeighborSearch.h"

#include <math.h>

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

static inline bool precedes(snn_candidate a, snn_candidate b) {
  return a.upper < b.upper || (a.upper == b.upper && a.position < b.position);
}

// Heapsort where a quicksort would not pay: any order of the input costs n log n.
static void sort(snn_candidate *c, int64_t count) {
  for (int64_t start = count / 2, end = count; end > 1;) {
    snn_candidate moved;
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

void snn_prune(const snn_search *search, snn_query *query, double *keys) {
  const snn_samples *s = search->samples;
  if (query->count < search->neighbor_count) return;
  for (int64_t c = 0; c < query->count; c++) keys[c] = query->candidates[c].upper;
  double bound = selected(keys, query->count, search->neighbor_count - 1);
  // Exact distances below `zero_below` are all 0 and so ties.
  const double zero = s->zero_below / s->factor;
  bound = bound < zero ? zero : bound;
  int64_t kept = 0;
  for (int64_t c = 0; c < query->count; c++) {
    const snn_candidate one = query->candidates[c];
    query->candidates[kept] = one;
    kept += one.lower <= bound;
  }
  query->count = kept;
  // (1 − ε)|b|² − 2ab ≤ bound − (1 − ε)|a|² + underflow, rounded up.
  const double limit = bound - query->offset;
  query->limit = (float)(limit + fabs(limit) * 1.2e-7);
}

void snn_rank(const snn_search *search, snn_query *query) {
  sort(query->candidates, query->count);
  if (query->count > search->neighbor_count) query->count = search->neighbor_count;
}
