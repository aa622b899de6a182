// How much scratch memory the kernels need; the same at every level.
#include "Kernel.h"

bool snn_has_rests(int64_t feature_count) { return feature_count > feature_group; }

int64_t snn_tile_work_size(void) { return side * side * (int64_t)sizeof(double); }

int64_t snn_absorb_scratch_size(const snn_sweep *sweep) {
  (void)sweep;
  return (int64_t)sizeof(absorb_scratch);
}

int64_t snn_pull_scratch_size(const snn_samples *samples) {
  return (int64_t)sizeof(pull_scratch) + samples->feature_count * (int64_t)sizeof(double);
}

int64_t snn_class_scratch_size(void) { return (int64_t)sizeof(class_scratch); }

int64_t snn_multiply_work(int64_t columns) {
  return (panel_count(columns) * snn_panel_width + most_rows) * depth_block;
}
