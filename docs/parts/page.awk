# A page of Markdown as Doxygen takes it: its first heading gets the page's id, links to other pages become references,
# links to files of the source become links to where they stand.
# usage: awk -v path=docs/linking.md -v pages=FILE -f page.awk docs/linking.md      FILE: lines "path id"
BEGIN {
  while ((getline row <pages) > 0) { split(row, word, " "); id[word[1]] = word[2] }
  folder = path
  if (!sub(/\/[^\/]*$/, "", folder)) folder = ""
}

function normal(target,  part, count, out, i, top) {
  count = split((folder == "" ? "" : folder "/") target, part, "/")
  top = 0
  for (i = 1; i <= count; i++) {
    if (part[i] == "" || part[i] == ".") continue
    if (part[i] == "..") { if (top) top--; continue }
    out[++top] = part[i]
  }
  target = ""
  for (i = 1; i <= top; i++) target = target (i > 1 ? "/" : "") out[i]
  return target
}

function linked(line,  head, link, target) {
  head = ""
  while (match(line, /\]\([^)]*\)/)) {
    target = substr(line, RSTART + 2, RLENGTH - 3)
    link = substr(line, RSTART, RLENGTH)
    if (target !~ /^(https?:|#)/) {
      sub(/#.*$/, "", target)
      target = normal(target)
      if (target in id) link = "](@ref " id[target] ")"
      else if (target ~ /^docs\/pictures\//) { sub(/.*\//, "", target); link = "](" target ")" }
      else if ((target "/README.md") in id) link = "](@ref " id[target "/README.md"] ")"
      else { print "docs: " path " links to " target ", which is no page" >"/dev/stderr"; link = "](" target ")" }
    }
    head = head substr(line, 1, RSTART - 1) link
    line = substr(line, RSTART + RLENGTH)
  }
  return head line
}

/^```/ { fenced = !fenced; sub(/^```(sh|console|text)$/, "```"); if ($0 == "```cpp") $0 = "```{.cpp}"; if ($0 == "```cmake") $0 = "```"; print; next }
fenced { print; next }
/^# / && !titled { titled = 1; print $0 " {#" (id[path] == "index" ? "mainpage" : id[path]) "}"; next }
{ print linked($0) }
