# The search's data: names out of Doxygen's tag file, and the pages' titles with the words in them.
# usage: awk -f search.awk TAGFILE PAGES/*.md >search_data.js
function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/[\t\r\n]/, " ", text); return "\"" text "\"" }
function plain(text) { gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&amp;/, "\\&", text); return text }
function inner(line) { sub(/^[^>]*>/, "", line); sub(/<.*$/, "", line); return plain(line) }
function add(name, what, address) {
  sub(/^cajal::/, "", name)
  if (name == "" || (name, address) in seen) return
  seen[name, address] = 1
  printf "[%s,%s,%s],\n", quoted(name), quoted(what), quoted(address)
}
function end_page(  word, text) {
  if (page == "") return
  for (word in words) text = text " " word
  printf "[%s,\"page\",%s,%s],\n", quoted(title), quoted(page ".html"), quoted(text)
  delete words
  page = ""
}
BEGIN { print "const searchData = [" }
FILENAME ~ /tags\.xml$/ {
  if ($0 ~ /<compound kind=/) { kind = $0; sub(/^.*kind="/, "", kind); sub(/".*$/, "", kind); compound = ""; file = ""; next }
  if ($0 ~ /<member kind=/) { member = $0; sub(/^.*kind="/, "", member); sub(/".*$/, "", member); in_member = 1; at = ""; next }
  if ($0 ~ /<\/member>/) {
    if (kind == "group" || kind == "struct" || kind == "class") {
      owner = kind == "group" ? "" : compound "::"
      if (name !~ /^(operator|~)/ && name != short) add(owner name, kind == "group" ? member : "member", at "#" anchor)
    }
    in_member = 0
    next
  }
  if (in_member && $0 ~ /<name>/) { name = inner($0); sub(/^.*::/, "", name) }
  if (in_member && $0 ~ /<anchorfile>/) at = inner($0)
  if (in_member && $0 ~ /<anchor>/) anchor = inner($0)
  if (in_member) next
  if ($0 ~ /<name>/) { compound = inner($0); short = compound; sub(/^.*::/, "", short) }
  if ($0 ~ /<title>/ && kind == "group") heading = inner($0)
  if ($0 ~ /<filename>/) {
    file = inner($0)
    if (kind == "struct" || kind == "class") add(compound, kind, file)
    if (kind == "group") add(heading, "room", file)
  }
  next
}
FNR == 1 { end_page() }
page == "" && /^# .*\{#[a-z_]+\}/ {
  title = $0; sub(/^# */, "", title); sub(/ *\{#.*$/, "", title)
  page = $0; sub(/^.*\{#/, "", page); sub(/\}.*$/, "", page)
  if (page == "mainpage") page = "index"
  next
}
page != "" {
  line = tolower($0)
  gsub(/[^a-z0-9_]+/, " ", line)
  count = split(line, word, " ")
  for (i = 1; i <= count; i++) if (length(word[i]) > 2) words[word[i]] = 1
}
END { end_page(); print "];" }
