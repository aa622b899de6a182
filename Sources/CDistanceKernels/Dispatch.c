// Which instruction sets there are, and the kernels of the one that is asked for.
#include "Kernel.h"

bool snn_is_available(snn_level level) {
  switch (level) {
    case snn_portable:
      return true;
    case snn_neon:
#if defined(__aarch64__)
      return true;
#else
      return false;
#endif
    case snn_avx2:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
      return false;
#endif
    case snn_avx512:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("fma");
#else
      return false;
#endif
  }
  return false;
}

// The portable ones where this build has none of the level.
static inline const snn_kernels *kernels_of(snn_level level) {
  switch (level) {
#if defined(__aarch64__)
    case snn_neon:
      return &snn_neon_kernels;
#endif
#if defined(__x86_64__)
    case snn_avx2:
      return &snn_avx2_kernels;
    case snn_avx512:
      return &snn_avx512_kernels;
#endif
    default:
      return &snn_portable_kernels;
  }
}

// MARK: The kernels

void snn_tile_distances(snn_level level, const snn_samples *samples, const snn_tile *tile) {
  kernels_of(level)->tile_distances(samples, tile);
}

double snn_exact_distance(snn_level level, const snn_samples *samples, int64_t a, int64_t b) {
  return kernels_of(level)->exact_distance(samples, a, b);
}

void snn_absorb_tile(snn_level level, const snn_samples *samples, const snn_sweep *sweep,
                     const snn_tile *tile, snn_neighbor_sums *sums, void *scratch) {
  kernels_of(level)->absorb_tile(samples, sweep, tile, sums, scratch);
}

void snn_pull_tile(snn_level level, const snn_samples *samples, const snn_pull *pull,
                   const snn_tile *tile, void *scratch) {
  kernels_of(level)->pull_tile(samples, pull, tile, scratch);
}

void snn_absorb_classes(snn_level level, const snn_samples *samples, const snn_class_pass *pass,
                        const snn_tile *tile, void *scratch) {
  kernels_of(level)->absorb_classes(samples, pass, tile, scratch);
}

void snn_absorb_relabelings(snn_level level, const snn_samples *samples, const snn_relabeling *to,
                            const snn_tile *tile) {
  kernels_of(level)->absorb_relabelings(samples, to, tile);
}

void snn_absorb_reweightings(snn_level level, const snn_samples *samples, const snn_reweighting *to,
                             const snn_tile *tile) {
  kernels_of(level)->absorb_reweightings(samples, to, tile);
}

void snn_multiply(snn_level level, int64_t rows, int64_t columns, int64_t depth, snn_matrix a,
                  snn_matrix b, float *c, bool accumulate, float *work) {
  kernels_of(level)->multiply(rows, columns, depth, a, b, c, accumulate, work);
}

void snn_nearest(snn_level level, const snn_search *search, int64_t first, int64_t count,
                 void *work, int32_t *positions, double *distances) {
  kernels_of(level)->nearest(search, first, count, work, positions, distances);
}
