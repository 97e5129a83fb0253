# How all of Cajal is compiled. `cajal_settings(TARGET)` applies it.

if(standing_alone)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
  find_program(CCACHE ccache)
  if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
  set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# Warnings stop the build only with compilers whose warnings have been seen: a newer one must not keep a user from building.
set(warning_flags -Wall -Wextra -Wpedantic)
string(REGEX MATCH "^[0-9]+" compiler_major "${CMAKE_CXX_COMPILER_VERSION}")
if(CAJAL_WERROR AND "${CMAKE_CXX_COMPILER_ID} ${compiler_major}" MATCHES "^(GNU (12|14)|Clang (14|19))$")
  list(APPEND warning_flags -Werror)
endif()

if("${CMAKE_CXX_COMPILER_ID} ${compiler_major}" STREQUAL "GNU 12")
  list(APPEND warning_flags -Wno-restrict)  # wrong about std::string in this version (GCC bug 105651)
endif()
if("${CMAKE_CXX_COMPILER_ID} ${compiler_major}" STREQUAL "GNU 14")
  # Wrong about copies of a std::vector of one element.
  list(APPEND warning_flags -Wno-array-bounds -Wno-stringop-overflow)
endif()

# One rounding per operation, so that a value does not depend on what was fused or inlined with it (kernels that want a
# fused multiply-add say so); errno and floating-point traps are never looked at, and cost vectorisation.
set(float_flags -ffp-contract=off -fno-math-errno -fno-trapping-math)

set(sanitizer_flags "")
if(CAJAL_SANITIZE)
  # Lines for traces and no variables (-g1): a third less to compile and to link.
  set(sanitizer_flags -O1 -g1 -fsanitize=${CAJAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()

function(cajal_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${warning_flags} ${float_flags})
  if(sanitizer_flags)
    target_compile_options(${target} PRIVATE ${sanitizer_flags})
    target_link_options(${target} PUBLIC ${sanitizer_flags})
    target_compile_definitions(${target} PRIVATE CAJAL_WITHOUT_AVX512)
  endif()
  target_compile_definitions(${target} PRIVATE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endfunction()
