# The clang that Cajal is tested with if it is there, any clang otherwise.
find_program(CMAKE_CXX_COMPILER NAMES clang++-14 clang++ REQUIRED)
