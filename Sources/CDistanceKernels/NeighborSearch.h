// What a search for neighbors works with at any level: its bounds, its memory, its candidates.
#ifndef SNN_NEIGHBOR_SEARCH_H
#define SNN_NEIGHBOR_SEARCH_H

#include "NeighborKernels.h"

enum {
  // Features whose products add up in registers before the tile takes them.
  screen_depth = 256,
  // Pairs that are compared with a limit at once.
  screen_chunk = 32,
};

// A row of the bank that may be among the nearest: its distance lies within [lower, upper], in
// units before `factor`. Equal bounds: computed from the values as read.
typedef struct snn_candidate {
  double lower, upper;
  int64_t position;
} snn_candidate;

// The candidates of one query.
typedef struct snn_query {
  snn_candidate *candidates;
  int64_t count, capacity;
  double norm;       // |a|²
  double offset;     // (1 − ε)|a|², less what underflow may hide
  double error;      // 2ε
  double underflow;  // twice what it may hide
  float limit;       // candidates have (1 − ε)|b|² − 2ab at or below it
} snn_query;

// Working memory for a block of queries.
typedef struct snn_search_work {
  float *queries;             // strips of rows, feature by feature
  float *tile;                // snn_query_block × snn_bank_block inner products
  float *strip;               // screen_depth × columns of the bank
  snn_candidate *candidates;  // capacity a query
  double *keys;               // capacity
  snn_query *states;
} snn_search_work;

// Blocks of the bank begin where panels do.
static inline int64_t screen_start(int64_t bank_first) {
  return bank_first / snn_panel_width * snn_panel_width;
}

// Lays out the parts of `memory`, of `snn_search_work_size` bytes, and readies the states of
// `count` queries from position `first` on.
void snn_begin_search(const snn_search *search, int64_t first, int64_t count, void *memory,
                      snn_search_work *work);

// Keeps what may be among the nearest by the bounds alone. `keys` is room for a number a candidate.
void snn_prune(const snn_search *search, snn_query *query, double *keys);

// Ranks what is known exactly and keeps the nearest k, in order.
void snn_rank(const snn_search *search, snn_query *query);

#endif
