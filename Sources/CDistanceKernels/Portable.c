// The kernels for any machine: the same bits on all of them, since nothing is fused (in what the
// headers define either) and the vectors have a fixed number of lanes.
#pragma clang fp contract(off)

#include "Kernel.h"

#define KERNELS snn_portable_kernels
#define LANES 8
#define FUSED 0

enum { ROWS = 2, PANELS = 1, GROUP = 2, ABREAST = 2, SCREEN_ROWS = 4, SCREEN_COLUMNS = 8 };

#include "Kernels/Level.inc"
