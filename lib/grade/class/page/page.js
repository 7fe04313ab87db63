/*
 * The class page: sorting, searching, and one student's details at a time.
 * Without this script all students are listed below each other.
 * page.ts defines PLAIN_LETTERS before this script.
 */
const root = document.documentElement;
root.classList.add("js");
const $ = (selector) => document.querySelector(selector);
const body = $("table.grid tbody");
const rows = [...body.rows];
const heads = [...document.querySelectorAll("table.grid thead th")];
const faults = [...document.querySelectorAll(".faults button")];
const collator = new Intl.Collator("en", { numeric: true });
const noMatch = document.createElement("tr");
noMatch.className = "no-match";
noMatch.append(Object.assign(document.createElement("td"), {
  colSpan: heads.length,
  textContent: "No student matches. Search for something else, or show all.",
}));
let sortedBy = 0;
let down = false;
let fault = "";

/** Removes accents and capitals, as the rows do: a search for muller finds Müller. */
const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
const keyOf = (row, column) => row.cells[column].dataset.s ?? row.cells[column].textContent;
function compare(a, b) {
  const look = $("#look-first").checked ? b.dataset.look - a.dataset.look : 0;
  const order = collator.compare(keyOf(a, sortedBy), keyOf(b, sortedBy));
  return look || (down ? -order : order) || collator.compare(keyOf(a, 0), keyOf(b, 0));
}
function fits(row) {
  const word = fold($("#find").value.trim());
  const kind = $("#kind").value;
  return (word === "" || row.dataset.find.includes(word)) &&
    (kind === "" || row.dataset.kinds.split(" ").includes(kind)) &&
    (fault === "" || row.dataset.kinds.split(" ").includes(fault));
}
function arrange() {
  rows.sort(compare);
  const shown = rows.filter(fits);
  body.replaceChildren(...shown.length ? shown : [noMatch]);
  follow(shown);
  heads.forEach((head, i) => {
    head.setAttribute("aria-sort", i !== sortedBy ? "none" : down ? "descending" : "ascending");
  });
  faults.forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.fault === fault));
  });
  $("#count").textContent = shown.length === rows.length
    ? "All " + rows.length + " shown"
    : shown.length + " of " + rows.length + " shown";
  step();
}
/** Scrolls to the chosen student; chooses the first match if the filter hides this student. */
function follow(shown) {
  const row = current();
  if (!row || shown.length === 0) return;
  if (shown.includes(row)) row.scrollIntoView({ block: "nearest" });
  else select(shown[0], false);
}
heads.forEach((head, i) =>
  head.querySelector("button").addEventListener("click", () => {
    down = sortedBy === i && !down;
    sortedBy = i;
    arrange();
  })
);
for (const id of ["#find", "#kind", "#look-first"]) $(id).addEventListener("input", arrange);
$("#all").addEventListener("click", () => {
  $("#find").value = $("#kind").value = fault = "";
  arrange();
});
for (const button of faults) {
  button.addEventListener("click", () => {
    fault = fault === button.dataset.fault ? "" : button.dataset.fault;
    arrange();
    $("#students").scrollIntoView({ block: "nearest" });
  });
}

const current = () => rows.find((row) => row.hasAttribute("aria-current"));
const visible = () => [...body.rows].filter((row) => row !== noMatch);
function select(row, goThere) {
  current()?.removeAttribute("aria-current");
  $("article.shown")?.classList.remove("shown");
  row.setAttribute("aria-current", "true");
  const article = document.getElementById(row.dataset.id);
  article.classList.add("shown");
  $(".details").scrollTop = 0;
  step();
  if (!goThere) return;
  history.replaceState(null, "", "#" + article.id);
  article.focus({ preventScroll: true });
  if (matchMedia("(max-width: 1079px)").matches) return $(".details").scrollIntoView();
  if ($(".details").getBoundingClientRect().top > innerHeight / 3) $(".master").scrollIntoView();
  row.scrollIntoView({ block: "nearest" });
}
function step() {
  const all = visible();
  const at = all.indexOf(current());
  $("#previous").disabled = at <= 0;
  $("#next").disabled = at < 0 ? all.length === 0 : at === all.length - 1;
}
function go(by) {
  const all = visible();
  const row = all[all.indexOf(current()) + by];
  if (row) select(row, true);
}
$("#previous").addEventListener("click", () => go(-1));
$("#next").addEventListener("click", () => go(1));
/** Keys, outside of fields: n and p for the next and previous student, l for the next look. */
document.addEventListener("keydown", ({ key, target, ctrlKey, altKey, metaKey }) => {
  if (ctrlKey || altKey || metaKey || target.matches("input, select, textarea")) return;
  if (key === "n" || key === "p") go(key === "n" ? 1 : -1);
  if (key !== "l") return;
  const all = visible();
  const at = location.hash === "" ? -1 : all.indexOf(current());
  const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(({ dataset }) =>
    dataset.look !== "0"
  );
  if (next) select(next, true);
});
body.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  event.preventDefault();
  select(row, true);
});
document.addEventListener("click", async ({ target }) => {
  if (!target.matches(".again button")) return;
  const code = target.previousElementSibling;
  getSelection().selectAllChildren(code);
  try {
    await navigator.clipboard.writeText(code.textContent);
    target.textContent = "Copied";
  } catch {
    target.textContent = "Press Ctrl+C";
  }
});
function byHash() {
  const row = rows.find(({ dataset }) => "#" + dataset.id === location.hash);
  if (row) select(row, true);
}
addEventListener("hashchange", byHash);
arrange();
if (rows.length) select(visible()[0], false);
byHash();
