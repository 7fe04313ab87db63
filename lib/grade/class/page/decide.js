/*
 * Decisions on the class page: a form for each answer, a count of what is left, and the
 * decisions file as a download. It runs after page.js.
 */
const decidingArea = $("#deciding");
const earlier = JSON.parse(decidingArea.dataset.decisions);
const decisions = new Map(earlier.map((one) => [one.submission + "\n" + one.question, one]));
const OPEN = "[data-look-question]:not([data-done])";
let unsaved = 0;

const numbered = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
const rounded = (marks) => String(Math.round(marks * 100) / 100);
const keyOfDecision = ({ dataset: { submission, question } }) => submission + "\n" + question;
const rowOf = (article) => rows.find((row) => row.dataset.id === article.id);

/** Counts what is left, and marks the rows of students who have no look left. */
function countLeft() {
  for (const row of rows) {
    const article = document.getElementById(row.dataset.id);
    const isOpen = article.querySelector(OPEN) !== null;
    const wants = row.dataset.wants ??= row.dataset.look;
    const settled = wants !== "0" && !isOpen && article.querySelector("[data-done=page]") !== null;
    row.classList.toggle("settled", settled);
    row.dataset.look = settled ? "0" : wants === "0" && isOpen ? "2" : wants;
  }
  const left = rows.filter(({ dataset }) => dataset.look !== "0").length;
  const questions = document.querySelectorAll(OPEN).length;
  $("#left").textContent = left === 0
    ? "Nothing left to decide"
    : `${numbered(left, "student")} left to decide (${numbered(questions, "question")})`;
  $("#save").textContent = unsaved === 0 ? "Save decisions" : `Save decisions (${unsaved} new)`;
}

/** The marks that the form accepts. */
function hintOf({ dataset: { question, max } }) {
  if (question === "late") return "days late, 0 for no penalty";
  return question === "all" ? `marks from 0 to ${max}` : `0 to ${max}, or right, part, wrong`;
}

/** Closes or reopens a student's looks when the marks of all questions are decided together. */
function settleAll(button, isDecided) {
  for (const look of button.closest("article").querySelectorAll("[data-look-question]")) {
    look.hidden = isDecided;
    if (isDecided) look.dataset.done ??= "page";
    else if (!decisions.has(keyOfDecision(look))) delete look.dataset.done;
  }
}

/** Shows a form in place of the button. */
function openForm(button) {
  const form = $("#decide-form").content.firstElementChild.cloneNode(true);
  const { points, sentence, also, cancel, none } = form.elements;
  const others = otherLooks(button).length;
  also.parentElement.hidden = others === 0;
  also.nextElementSibling.textContent = `and ${numbered(others, "other look")} of this student`;
  const made = decisions.get(keyOfDecision(button));
  const close = () => {
    form.remove();
    button.hidden = false;
  };
  points.placeholder = hintOf(button);
  if (button.dataset.question === "late") points.parentElement.firstChild.data = "Days ";
  [points.value, sentence.value, none.hidden] = [made?.points ?? "", made?.sentence ?? "", !made];
  button.parentElement.append(form);
  button.hidden = true;
  points.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (decide(button, form.elements)) close();
  });
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  cancel.addEventListener("click", close);
  none.addEventListener("click", () => {
    decisions.delete(keyOfDecision(button));
    close();
    settle(button, button.dataset.own, false);
  });
}

/** The other open looks of the same student, if the button is one; not the parts to mark. */
function otherLooks(button) {
  const looks = `section.answer ${OPEN}`;
  if (!button.matches(looks)) return [];
  return [...button.closest("article").querySelectorAll(looks)].filter((one) => one !== button);
}

/** Stores the form's decision if its marks are valid. @returns Whether they are. */
function decide(button, { points: field, sentence, also }) {
  const { question, max } = button.dataset;
  const points = field.value.trim().replace(",", ".");
  const isWord = !["all", "late"].includes(question) &&
    ["right", "part", "wrong", "absent"].includes(points);
  const isNumber = /^\d+(\.\d{1,2})?$/.test(points) && Number(points) <= Number(max);
  if (!isWord && (!isNumber || also.checked)) {
    field.setCustomValidity(also.checked ? "right, part, wrong or absent" : hintOf(button));
    field.reportValidity();
    field.setCustomValidity("");
    return false;
  }
  for (const one of [button, ...also.checked ? otherLooks(button) : []]) {
    const { student, submission, question, seen } = one.dataset;
    const made = { student, submission, question, points, sentence: sentence.value.trim(), seen };
    decisions.set(keyOfDecision(one), made);
    settle(one, points, true);
  }
  offerSentences();
  const open = [...button.closest("article").querySelectorAll(OPEN)].find((one) => !one.hidden);
  (open ?? $("#next")).focus();
  return true;
}

/** Offers the sentences of all decisions in the form: the same mistake gets the same sentence. */
function offerSentences() {
  const sentences = new Set([...decisions.values()].map(({ sentence }) => sentence));
  const options = [...sentences].filter(Boolean).map((value) => new Option("", value));
  $("#sentences").replaceChildren(...options);
}

/** Updates the page after a decision was made or taken back. */
function settle(button, points, isDecided) {
  unsaved++;
  if (isDecided) button.dataset.done = "page";
  else delete button.dataset.done;
  button.textContent = isDecided ? `Decided by hand: ${points} (change)` : "Taken back (change)";
  if (button.dataset.question === "all") settleAll(button, isDecided);
  showNewMarks(button, points, isDecided);
  countLeft();
}

/** Shows the new marks: at the answer, in the student's sum and in the table. */
function showNewMarks(button, points, isDecided) {
  const { max, half, points: before, question, verdict } = button.dataset;
  const words = { right: Number(max), part: max * half, wrong: 0, absent: 0 };
  const value = words[points] ?? Number(points);
  button.dataset.points = value;
  const cell = rowOf(button.closest("article")).querySelector(".marks");
  const isOpen = !isDecided && "lookQuestion" in button.dataset;
  const given = button.parentElement.querySelector(".given");
  if (question === "late") {
    given.textContent = isDecided ? `${numbered(value, "day")} late` : "the date counts";
    cell.dataset.penalty = Math.min(decidingArea.dataset.cap, value * decidingArea.dataset.perDay);
  } else if (question !== "all") {
    const shown = isOpen ? "–" : rounded(value);
    given.textContent = `${shown} of ${rounded(max)}${isDecided ? ", decided by hand" : ""}`;
    cell.dataset.sum = Number(cell.dataset.sum) + value - before;
    const word = points in words ? points : value >= max ? "right" : value ? "part" : "wrong";
    showChip(rowOf(button.closest("article")), question, isDecided ? word : verdict);
  }
  showSum(button.closest("article"), cell);
}

/** Shows a student's marks: the parts or a decision on all of them, minus the penalty for delay. */
function showSum(article, { dataset, childNodes, lastElementChild }) {
  const all = article.querySelector("[data-question=all]");
  const sum = "done" in all.dataset ? all.dataset.points : dataset.sum;
  const marks = rounded(Math.max(0, sum - dataset.penalty));
  const text = [...childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE);
  text.data = article.querySelector(".meta b").textContent = marks;
  dataset.s = marks / dataset.max * 100;
  lastElementChild.lastElementChild.setAttribute("width", `${dataset.s}%`);
}

/** Shows a question's verdict in the table. */
function showChip(row, question, verdict) {
  const chip = [...row.cells].find(({ title }) => title.startsWith(`${question}:`))?.firstChild;
  if (!chip) return; // all questions together, or a part that a person marks
  chip.className = `chip ${verdict}`;
  chip.textContent = verdict[0].toUpperCase();
}

/** A cell of CSV. */
const csvCell = (text) => {
  const plain = text.replace(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/, "'$&"); // no formula
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

function save() {
  const columns = ["student", "submission", "question", "points", "sentence", "seen"];
  const rows = [columns, ...[...decisions.values()].map((one) => columns.map((c) => one[c]))];
  const text = rows.map((row) => row.map(csvCell).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  link.download = decidingArea.dataset.file;
  link.click();
  unsaved = 0;
  countLeft();
}

document.addEventListener("click", ({ target }) => {
  if (target.matches(".decide")) openForm(target);
});
/** Key d, outside of fields: decides the next open look; if there is none, all questions. */
document.addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, altKey, metaKey } = event;
  if (key !== "d" || ctrlKey || altKey || metaKey || target.matches("input, select")) return;
  const article = $("article.shown");
  const open = [...article.querySelectorAll(OPEN)].find((button) => !button.hidden);
  const all = article.querySelector("[data-question=all]");
  const button = "whole" in article.dataset || !open ? all : open;
  if (button.hidden) return;
  event.preventDefault();
  openForm(button);
});
$("#save").addEventListener("click", save);
addEventListener("beforeunload", (event) => {
  if (unsaved > 0) event.preventDefault();
});
for (const all of document.querySelectorAll("[data-question=all][data-done]")) settleAll(all, true);
offerSentences();
countLeft();
