# Each examples/x.cpp is a program of its own, and a test that it prints what it should.
file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/*.cpp)
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  cajal_program(example_${name} ${name} examples ${file})
  if(standing_alone)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/scratch/examples/${name})
    cajal_test(example.${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/examples/check ${name} $<TARGET_FILE:example_${name}>
      WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/scratch/examples/${name})
  endif()
endforeach()
