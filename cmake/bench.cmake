# Each bench/x.cpp is a program of its own. Those that compare with oneDNN (x_vs_onednn.cpp) need that library.
find_package(dnnl CONFIG QUIET)
find_package(OpenMP COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.cpp)
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  if(name MATCHES "_vs_onednn$" AND NOT TARGET DNNL::dnnl)
    message(STATUS "bench/${name} is left out: oneDNN (libdnnl-dev) is not there")
    continue()
  endif()
  cajal_program(bench_${name} ${name} bench ${file})
  target_link_libraries(bench_${name} PRIVATE fmt::fmt nlohmann_json::nlohmann_json
    $<TARGET_NAME_IF_EXISTS:OpenMP::OpenMP_CXX>
    $<$<BOOL:$<TARGET_NAME_IF_EXISTS:DNNL::dnnl>>:DNNL::dnnl>)
endforeach()
