// Which of Highway's targets the cpu backend is compiled for. Included before hwy/foreach_target.h, by every file that
// includes it, so that all files agree.
//
// On x86: what every processor has (SSE2; plain C++ with a Highway older than 1.1, which knows no SSE2), AVX2 and
// AVX-512. What lies between them would add nothing but compile time. Vectors whose length is unknown when compiling
// (SVE) cannot be held in arrays. A build with sanitizers, which make these files compile for minutes, leaves AVX-512
// out: what it looks for is in the code that all targets share.
#pragma once

// Defined before any of Highway's headers is included; the names that this version does not know count as 0 in the
// preprocessor, and are defined below for C++.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS                                                                                \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | CAJAL_AVX3_ZEN4 | \
   CAJAL_AVX3_SPR | CAJAL_AVX3)
#endif
#include "hwy/detect_targets.h"

#ifdef HWY_AVX3_ZEN4
#define CAJAL_AVX3_ZEN4 HWY_AVX3_ZEN4
#else
#define CAJAL_AVX3_ZEN4 0
#endif
#ifdef HWY_AVX3_SPR
#define CAJAL_AVX3_SPR HWY_AVX3_SPR
#else
#define CAJAL_AVX3_SPR 0
#endif
#ifdef CAJAL_WITHOUT_AVX512
#define CAJAL_AVX3 HWY_AVX3
#else
#define CAJAL_AVX3 0
#endif
