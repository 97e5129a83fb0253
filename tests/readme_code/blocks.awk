# One C++ file of all ```cpp blocks of the Markdown files given, each with #line, so that the compiler names page and line.
# Rules: tests/readme_code/README.md.
function flush_block(  i, place, scope, definitions, own, text) {
  blocks++
  definitions = own = 0
  for (i = 1; i <= n; i++) {
    text = body[i]
    if (text ~ /^#include/) { included = included text "\n"; body[i] = ""; continue }
    if (text ~ /^namespace cajal/) own = 1
    if (text ~ /^(int main\(|struct |class |template )/) definitions = 1
    if (text ~ /^[^ #\/].*\)( const)? (override )?\{( .*\})?$/ && text !~ /\[[&=]?[a-z_, &]*\]\(/ && text !~ /^(for|if|while|switch) /) definitions = 1
  }
  scope = within != "" ? within : "cajal::readme_" blocks
  code = code "\n#line " from " \"" page "\"\n"
  if (given != "") code = code (own ? "" : "namespace " scope " { ") given (own ? "" : " }") "\n#line " from " \"" page "\"\n"
  if (!own) code = code "namespace " scope " { " (definitions ? "" : "[[maybe_unused]] void block() {")
  code = code "\n"
  for (i = 1; i <= n; i++) code = code body[i] "\n"
  if (!own) code = code (definitions ? "}" : "}}") "\n"
  n = 0
  given = within = ""
}
FNR == 1 { page = FILENAME; inside = 0; given = within = "" }
/^ *```cpp$/ && !inside { inside = 1; from = FNR; match($0, /^ */); margin = RLENGTH; next }
/^ *```$/ && inside { inside = 0; flush_block(); next }
inside { body[++n] = substr($0, 1, margin) ~ /^ *$/ ? substr($0, margin + 1) : $0; next }
/^ *<!-- given: .* -->$/ { sub(/^ *<!-- given: /, ""); sub(/ -->$/, ""); given = given $0 " "; next }
/^ *<!-- in: .* -->$/ { sub(/^ *<!-- in: /, ""); sub(/ -->$/, ""); within = $0; next }
/^ *<!-- include: .* -->$/ { sub(/^ *<!-- include: /, ""); sub(/ -->$/, ""); included = included "#include " $0 "\n"; next }
END {
  printf "// %d blocks\n#include \"cajal/cajal.h\"\n%s%s", blocks, included, code
  if (!blocks) exit 1
}
