# Doxygen's input filter for headers: puts all that a header declares into the group of its room (docs/rooms.txt), and
# takes away what is for machines. Lines keep their numbers.
BEGIN {
  path = ARGV[1]
  sub(/^.*\/cajal\//, "cajal/", path)
  while ((getline row <rooms) > 0) {
    if (row ~ /^#/ || split(row, field, / *\| */) < 4) continue
    if (index(path, field[1]) == 1 && length(field[1]) > longest) { longest = length(field[1]); group = field[2] }
  }
}

# fields() is how options are saved; whoever uses a struct never calls it.
skipping { if ($0 ~ "^" indent "}") skipping = 0; print ""; next }
/^ *template <class V>$/ { held = $0; next }
held != "" {
  if ($0 ~ /void fields\(V& v\) \{$/) { indent = $0; sub(/[^ ].*$/, "", indent); skipping = 1; print ""; print ""; held = ""; next }
  print held
  held = ""
}

# A struct that directly follows the function of the same thing has the function's words.
/^(struct|class) [A-Za-z]+ (: |final|\{)/ && (before ~ /^Var [a-z_0-9]+\(/ || before ~ /\);$/) && words != "" {
  $0 = "/**" words " As an object, for compile(). */ " $0
}
/^$/ { words = "" }
/^\/\/\/ ?/ { words = words " " substr($0, 5) }

# What every options struct is; its fields stand in its own page.
/^  struct [A-Za-z]*Options \{/ && before !~ /\/\/\// { $0 = "/** What it is made with, given as {.field = value} in this order. */ " $0 }

/^namespace cajal(::[a-z]+)? \{$/ && group != "" { $0 = $0 " /** \\addtogroup " group " */ /** @{ */" }
/^}  \/\/ namespace cajal/ && group != "" { $0 = "/** @} */ " $0 }
{ print; before = $0 }
