# cajal_unity(TARGET SIZE source...): with CAJAL_UNITY, compiles files of one folder together, about SIZE at a time.
#
# Most files are small and read the same headers: eight ops compile in 12 s together and in 26 s one by one. A file's group
# follows from its name, so that a new one recompiles one group (and all of its folder with every SIZE-th). What stands
# together shares unnamed namespaces: its names must differ. Left alone are kernels, which the compiler works on for
# longer than on any header, and the verbs and fuzz targets, which name things alike.
function(cajal_unity target size)
  if(NOT CAJAL_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # gcc takes an included file for a header
  endif()
  set(sources ${ARGN})
  list(FILTER sources EXCLUDE REGEX "/(backends|verbs|fuzz)/")
  set(folders ${sources})
  list(TRANSFORM folders REPLACE "/[^/]*$" "")
  list(REMOVE_DUPLICATES folders)
  foreach(folder ${folders})
    set(members ${sources})
    list(FILTER members INCLUDE REGEX "^${folder}/[^/]*$")
    list(LENGTH members count)
    math(EXPR groups "${count} / ${size} + 1")
    file(RELATIVE_PATH prefix ${PROJECT_SOURCE_DIR} ${folder})
    string(MAKE_C_IDENTIFIER ${prefix} prefix)
    foreach(member ${members})
      get_filename_component(stem ${member} NAME_WE)
      string(MD5 hash ${stem})
      string(SUBSTRING ${hash} 0 6 hash)
      math(EXPR group "0x${hash} % ${groups}")
      set_source_files_properties(${member} PROPERTIES UNITY_GROUP ${prefix}_${group})
    endforeach()
  endforeach()
endfunction()
