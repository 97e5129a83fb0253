# cajal_listing(NAME FOLDER [EXCLUDE stem...]): the files of a folder as a table that code can include.
#
# Writes <build>/generated/cajal/listing/NAME.inc with a line CAJAL_LISTED(stem) for each FOLDER/stem.cpp, sorted.
# Left out: tests (x_test.cpp), what several files share (x_family.cpp), and the stems named. A new file is in the table
# at the next build; objects that register themselves would vanish when linked from a static library.
function(cajal_listing name folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "EXCLUDE")
  if(NOT IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${folder})
    return()
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER files EXCLUDE REGEX "_(test|family)\\.cpp$")
  list(TRANSFORM files REPLACE "^.*/([^/]*)\\.cpp$" "\\1")
  list(REMOVE_ITEM files ${arg_EXCLUDE})
  list(SORT files)
  list(TRANSFORM files REPLACE "(.+)" "CAJAL_LISTED(\\1)\n")
  list(JOIN files "" text)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/cajal/listing/${name}.inc CONTENT "${text}" @ONLY)
endfunction()
