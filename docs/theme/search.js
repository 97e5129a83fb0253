// Finds names and words without a server: search_data.js, which docs/build writes, has [name, what, address, words].
const box = document.getElementById("search"), found = document.getElementById("found");
let entries = null, chosen = -1;

function load(then) {
  if (entries) return then();
  const script = document.createElement("script");
  script.src = "search_data.js";
  script.onload = () => { entries = searchData; then(); };
  document.head.append(script);
}

// The higher the better; 0: not found. Names count more than words in a page's text.
function score([name, what, , words], query) {
  const lower = name.toLowerCase(), short = lower.slice(lower.lastIndexOf("::") + 2 * lower.includes("::"));
  if (short === query) return 100 - (what === "member" ? 20 : 0);
  if (short.startsWith(query)) return 70 - (what === "member" ? 20 : 0) - short.length / 100;
  const squeezed = query.replace(/[ _]/g, "");
  if (squeezed && lower.replace(/[ _]/g, "").includes(squeezed)) return 40 - lower.length / 100;
  const all = query.split(/ +/).every((word) => lower.includes(word) || (words && words.includes(word)));
  return all ? 20 : 0;
}

function link([name, what, address], index) {
  const line = document.createElement("a");
  line.href = address;
  line.setAttribute("role", "option");
  line.classList.toggle("chosen", index === chosen);
  line.append(name);
  const kind = document.createElement("small");
  kind.textContent = what;
  line.append(kind);
  return line;
}

function show() {
  const query = box.value.trim().toLowerCase();
  found.hidden = !query;
  if (!query) return;
  const best = entries.map((entry) => [score(entry, query), entry]).filter(([points]) => points > 0)
    .sort((a, b) => b[0] - a[0]).slice(0, 30).map(([, entry]) => entry);
  chosen = Math.min(chosen, best.length - 1);
  found.replaceChildren(...best.map(link));
  if (!best.length) found.textContent = "nothing found";
}

function move(by) {
  const lines = found.querySelectorAll("a");
  chosen = Math.max(0, Math.min(lines.length - 1, chosen + by));
  lines.forEach((line, index) => line.classList.toggle("chosen", index === chosen));
  lines[chosen]?.scrollIntoView({ block: "nearest" });
}

box.addEventListener("input", () => { chosen = 0; load(show); });
box.addEventListener("focus", () => load(show));
box.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter") found.querySelectorAll("a")[Math.max(chosen, 0)]?.click();
  else if (event.key === "Escape") { found.hidden = true; box.blur(); }
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== box) { box.focus(); event.preventDefault(); }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) found.hidden = true;
});
const asked = new URLSearchParams(location.search).get("search");
if (asked) { box.value = asked; chosen = 0; load(show); }
