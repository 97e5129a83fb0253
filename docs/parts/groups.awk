# Makes of docs/rooms.txt and the headers: groups.dox, what Doxygen calls each room and what its headers say at their
# top, and reference.md, the page that lists the rooms.
# usage: awk -v out=FOLDER -v pages=FILE -f groups.awk docs/rooms.txt HEADER...      FILE: lines "path id"
BEGIN {
  while ((getline row <pages) > 0) { split(row, word, " "); id[word[1]] = word[2] }
}
FILENAME ~ /rooms\.txt$/ {
  if ($0 ~ /^#/ || split($0, field, / *\| */) < 5) next
  n++
  path[n] = field[1]; group[n] = field[2]; above[n] = field[3]; title[n] = field[4]; line[n] = field[5]
  next
}
FNR == 1 {
  header = FILENAME
  sub(/^.*\/cajal\//, "cajal/", header)
  best = 0
  for (i = 1; i <= n; i++) if (index(header, path[i]) == 1 && (!best || length(path[i]) > length(path[best]))) best = i
  reading = best > 0
  if (reading) { used[best] = 1; text = ""; paragraphs = 1 }
}
reading && /^\/\// {
  sub(/^\/\/ ?/, "")
  if ($0 == "") paragraphs++
  text = text ($0 == "" ? "\n\n" : " " $0)
  next
}
# A header of one sentence says what the room's list says already.
reading {
  reading = 0
  sub(/ One declaration a line: the versions for Tensors [^.]*\.h\) are written from these lines\./, "", text)
  if (paragraphs > 1) said[best] = said[best] "\n\n`" header "`:" text
}
END {
  for (i = 1; i <= n; i++) for (j = 1; j <= n; j++) if (used[j] && above[j] == group[i]) used[i] = 1
  for (i = 1; i <= n; i++) {
    if (!used[i]) continue
    printf "/** \\defgroup %s %s\n", group[i], title[i] >(out "/groups.dox")
    if (above[i] != "") printf "\\ingroup %s\n", above[i] >(out "/groups.dox")
    printf "\\brief %s.\n%s\n", toupper(substr(line[i], 1, 1)) substr(line[i], 2), said[i] >(out "/groups.dox")
    if ((path[i] "/README.md") in id) printf "\nMore: [%s](@ref %s)\n", path[i], id[path[i] "/README.md"] >(out "/groups.dox")
    print "*/" >(out "/groups.dox")
  }
  print "# Reference {#reference}\n\nAll that `#include <cajal/cajal.h>` gives, by the room that it lives in. Ops are listed as functions of Vars;\neach of them is there for Tensors too and runs at once.\n" >(out "/reference.md")
  for (i = 1; i <= n; i++) if (used[i] && above[i] == "") {
    printf "- [%s](@ref %s): %s\n", title[i], group[i], line[i] >(out "/reference.md")
    for (j = 1; j <= n; j++) if (used[j] && above[j] == group[i])
      printf "  - [%s](@ref %s): %s\n", title[j], group[j], line[j] >(out "/reference.md")
  }
}
