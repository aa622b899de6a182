// The kernels for 64-bit ARM.
#if defined(__aarch64__)
#include "Kernel.h"

#pragma clang fp contract(fast)

#define KERNELS snn_neon_kernels
#define LANES 8
#define FUSED 1

enum { ROWS = 4, PANELS = 1, GROUP = 4, ABREAST = 2, SCREEN_ROWS = 6, SCREEN_COLUMNS = 16 };

#include "Kernels/Level.inc"
#endif
