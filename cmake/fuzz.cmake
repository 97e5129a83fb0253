# Each tests/fuzz/targets/x.cpp is a program bin/fuzz/x under libFuzzer (clang; the preset `fuzz` has the flags).

# The readers of files stand on the lowest floors, which are compiled by themselves: a target that needs no more can run
# while the rest of the library is being built.
file(GLOB_RECURSE low CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cajal/base/*.cpp ${PROJECT_SOURCE_DIR}/cajal/tensor/*.cpp
  ${PROJECT_SOURCE_DIR}/cajal/data/*.cpp)
list(FILTER low EXCLUDE REGEX "_test\\.cpp$")
find_package(Threads REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
file(GLOB formats CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cajal/formats/pytorch/*.cpp)
list(FILTER formats EXCLUDE REGEX "_test\\.cpp$")
add_library(fuzz_low STATIC EXCLUDE_FROM_ALL ${low} ${formats})
cajal_settings(fuzz_low)
target_include_directories(fuzz_low PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(fuzz_low PUBLIC Threads::Threads fmt::fmt ZLIB::ZLIB nlohmann_json::nlohmann_json ${CMAKE_DL_LIBS})
find_package(LibLZMA QUIET)
if(LIBLZMA_FOUND)
  target_compile_definitions(fuzz_low PRIVATE CAJAL_WITH_LZMA)
  target_include_directories(fuzz_low PRIVATE ${LIBLZMA_INCLUDE_DIRS})
endif()

file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/targets/*.cpp)
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  add_executable(fuzz_${name} ${file} ${PROJECT_SOURCE_DIR}/tests/fuzz/entry/libfuzzer.cpp
    ${PROJECT_SOURCE_DIR}/tests/fuzz/entry/require.cpp)
  cajal_settings(fuzz_${name})
  target_compile_definitions(fuzz_${name} PRIVATE FUZZ_TARGET=${name}_target)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  file(STRINGS ${file} needs_all REGEX "#include \"cajal/nn")
  if(needs_all)
    target_link_libraries(fuzz_${name} PRIVATE cajal::cajal)
  else()
    target_link_libraries(fuzz_${name} PRIVATE fuzz_low)
  endif()
  set_target_properties(fuzz_${name} PROPERTIES OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin/fuzz)
endforeach()
