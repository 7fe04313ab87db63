/*
 * Decisions on the class page: a form for each answer, a count of what is left, and the
 * decisions file as a download. It runs after page.js.
 */
const decidingArea = $("#deciding");
const earlier = JSON.parse(decidingArea.dataset.decisions);
const decisions = new Map(earlier.map((one) => [one.submission + "\n" + one.question, one]));
let unsaved = 0;

/** Looks that no decision settles: each has a button with data-look. */
function countLeft() {
  const left = [...document.querySelectorAll("[data-look-question]:not([data-done])")].length;
  $("#left").textContent = left === 1 ? "1 left to decide" : `${left} left to decide`;
  $("#save").textContent = unsaved === 0 ? "Save decisions" : `Save decisions (${unsaved} new)`;
}

/** What can be written as marks: for all questions together a number. */
function hintOf({ dataset: { question, max } }) {
  return question === "all" ? `marks from 0 to ${max}` : `0 to ${max}, or right, part, wrong`;
}

/** Once a person has given all the marks, no look of the student is left. */
function settleAll(button) {
  const looks = button.closest("article").querySelectorAll("[data-look-question]");
  for (const look of looks) look.dataset.done = "true";
}

/** A form in place of the button that was pressed. */
function openForm(button) {
  const form = $("#decide-form").content.firstElementChild.cloneNode(true);
  form.elements.points.placeholder = hintOf(button);
  button.after(form);
  button.hidden = true;
  form.elements.points.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide(button, form);
  });
}

/** Takes a decision over, if its marks can be meant. */
function decide(button, form) {
  const { student, submission, question, seen, max } = button.dataset;
  const points = form.elements.points.value.trim().replace(",", ".");
  const isWord = question !== "all" && ["right", "part", "wrong", "absent"].includes(points);
  if (!isWord && !(/^\d+(\.\d{1,2})?$/.test(points) && Number(points) <= Number(max))) {
    form.elements.points.setCustomValidity(hintOf(button));
    form.reportValidity();
    form.elements.points.setCustomValidity("");
    return;
  }
  const sentence = form.elements.sentence.value.trim();
  const one = { student, submission, question, points, sentence, seen };
  decisions.set(submission + "\n" + question, one);
  unsaved++;
  form.remove();
  button.hidden = false;
  button.dataset.done = "true";
  button.textContent = `Decided by hand: ${points} (change)`;
  if (question === "all") settleAll(button);
  showNewMarks(button, points);
  countLeft();
  const open = button.closest("article").querySelector("[data-look-question]:not([data-done])");
  (open ?? $("#next")).focus();
}

/** Shows the decided marks: at the answer, in the student's sum and in the table. */
function showNewMarks(button, points) {
  const { max, half, points: before, question } = button.dataset;
  const words = { right: Number(max), part: max * half, wrong: 0, absent: 0 };
  const value = words[points] ?? Number(points);
  const rounded = (marks) => String(Math.round(marks * 100) / 100);
  button.dataset.points = value;
  const article = button.closest("article");
  const shown = button.closest(".answer")?.querySelector("header > span:last-child");
  if (shown) shown.textContent = `${rounded(value)} of ${rounded(max)}, decided by hand`;
  const cell = rows.find((row) => row.dataset.id === article.id).querySelector(".marks");
  if (question === "all") cell.dataset.fixed = "";
  else if ("fixed" in cell.dataset) return; // a person has decided the sum
  const text = [...cell.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE);
  const marks = rounded(Number(text.data) + value - Number(before));
  text.data = article.querySelector(".meta b").textContent = marks;
  cell.dataset.s = marks / cell.dataset.max * 100;
  cell.querySelector("rect:last-child").setAttribute("width", `${cell.dataset.s}%`);
}

/** A cell of CSV. */
const csvCell = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

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
$("#save").addEventListener("click", save);
addEventListener("beforeunload", (event) => {
  if (unsaved > 0) event.preventDefault();
});
countLeft();
