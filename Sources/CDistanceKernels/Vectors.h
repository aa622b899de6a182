// Vector types of clang's extension. A target without registers of a width splits such a vector, in
// the same lane order.
#ifndef SNN_VECTORS_H
#define SNN_VECTORS_H

#include <stdint.h>

// No vector crosses a call that is not inlined, so the warning about the calling convention of
// those wider than the machine's registers does not apply.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float2 __attribute__((ext_vector_type(2)));
typedef float float4 __attribute__((ext_vector_type(4)));
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float16 __attribute__((ext_vector_type(16)));
typedef int32_t int8 __attribute__((ext_vector_type(8)));
typedef int32_t int16 __attribute__((ext_vector_type(16)));
typedef int8_t bytes8 __attribute__((ext_vector_type(8)));
typedef int64_t long8 __attribute__((ext_vector_type(8)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));

#endif
