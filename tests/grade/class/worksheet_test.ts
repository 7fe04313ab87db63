/** Moodle's grading worksheet: comments are filled in, and dates say how late something was. */
import { parse } from "@std/csv";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { feedback } from "../../../lib/grade/class/exports/feedback.ts";
import { gradesCsv } from "../../../lib/grade/class/exports/marks_files.ts";
import { feedbackHtml } from "../../../lib/grade/class/exports/feedback_files.ts";
import {
  fillGradebook,
  fromGradebook,
  readGradebook,
} from "../../../lib/grade/class/exports/gradebook.ts";
import { daysAfter, readMoodleDate } from "../../../lib/grade/class/exports/gradebook_file.ts";
import { applyDecisions, withDelay } from "../../../lib/grade/class/decisions/apply_decisions.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { bytes, text } from "../../harness.ts";
import { NO_SERVER2, NO_ZEROS, result } from "./made_up.ts";

const WORKSHEET = `Identifier,"Full name",Status,Grade,"Maximum Grade",` +
  `"Last modified (submission)","Last modified (grade)","Feedback comments"\r
"Participant 7","Ängström, Ann",Submitted,,100.00,"Saturday, 21 November 2026, 12:04 AM",-,\r
"Participant 8","Bob B",Submitted,,100.00,"Friday, 20 November 2026, 11:50 PM",-,"well, hello"\r
`;
const STUDENTS = [
  [{ name: "Ann", number: "7", platform: "moodle" as const }],
  [{ name: "Bob", number: "8", platform: "moodle" as const }],
];

for (
  const date of [
    "Friday, 20 November 2026, 11:59 PM",
    "Freitag, 20. November 2026, 23:59",
    "vendredi 20 novembre 2026, 23:59",
    "viernes, 20 de noviembre de 2026, 23:59",
    "sexta-feira, 20 de novembro de 2026 às 23:59",
    "piątek, 20 listopada 2026, 23:59",
    "пятница, 20 ноября 2026, 23:59",
    "2026年11月20日 23:59",
    "2026年11月20日 星期五 下午 11:59",
    "2026-11-20 23:59",
  ]
) {
  Deno.test(`readMoodleDate() ${date}`, () => {
    assertEquals(readMoodleDate(date), Date.UTC(2026, 10, 20, 23, 59));
  });
}

Deno.test("readMoodleDate() returns undefined for other texts, and reads 12:04 AM as after midnight", () => {
  for (const other of ["", "-", "Submitted", "100,00"]) {
    assertEquals(readMoodleDate(other), undefined);
  }
  assertEquals(daysAfter("2026-11-20 23:59", "Saturday, 21 November 2026, 12:04 AM"), 1);
  assertEquals(daysAfter("2026-11-20 23:59", "Monday, 23 November 2026, 12:00 AM"), 3);
});

Deno.test("Moodle's worksheet: the dates give the delay, and the names are the students' names", () => {
  const gradebook = readGradebook(bytes(WORKSHEET), "w.csv");
  assertEquals(fromGradebook(gradebook, STUDENTS, "2026-11-20 23:59"), [
    { name: "Ängström, Ann", days: 1 },
    { name: "Bob B", days: 0 },
  ]);
});

Deno.test("delay by the date costs marks; a person's decision replaces it", () => {
  const rubric = { ...DEFAULT_RUBRIC, late: { perDay: 5, cap: 20 } };
  const late = withDelay(result("Ann"), 1, rubric);
  assertEquals([late.marks, late.late?.days], [95, 1]);
  const row0 = parse(gradesCsv([late], [[{ name: "Ann" }]], rubric))[1];
  assertEquals(row0.slice(-5), ["1", "-5", "0", "", ""]);
  const row = { student: "Ann", submission: "", question: "late", points: "0" };
  const forgiven = applyDecisions(late, [{ ...row, sentence: "Ill.", seen: "" }], rubric, "Ann");
  assertEquals(forgiven.result.marks, 100);
});

Deno.test("feedback is written into the worksheet as HTML; an existing comment stays", () => {
  const said = feedback(result("Ann", { "1a": NO_ZEROS }), []);
  const gradebook = readGradebook(bytes(WORKSHEET), "w.csv");
  const { bytes: filled, filled: count } = fillGradebook(
    gradebook,
    [result("Ann", { "1a": NO_ZEROS }), result("Bob")],
    STUDENTS,
    [feedbackHtml(said), "<p>x</p>"],
  );
  assertEquals(count, 2);
  const rows = parse(text(filled));
  assertEquals(rows.map((row) => row[3]), ["Grade", "70.00", "100.00"]);
  assertEquals(rows[2][7], "well, hello");
  assertMatch(rows[1][7], /<h3>Networks lab: feedback for Ann<\/h3><h4>Some of it works<\/h4>/);
  assertMatch(rows[1][7], /<pre>typed {8}hi there\n/);
  assert([...rows[1][7]].every((char) => char <= "~"));
});

Deno.test("a row whose mark is kept gets no comment: it would name another mark", () => {
  const marked = WORKSHEET.replace("Submitted,,", "Submitted,12.5,");
  const gradebook = readGradebook(bytes(marked), "w.csv");
  const { bytes: filled } = fillGradebook(gradebook, [result("Ann")], STUDENTS, ["<p>x</p>"]);
  assertEquals(text(filled), marked);
});

Deno.test("feedbackHtml() escapes all text of a student", () => {
  const name = "<script>*x*</script>";
  const html = feedbackHtml(
    feedback(result(name, { "1a": { ...NO_ZEROS, why: "a `<b>` **c**" } }), []),
  );
  assert(!/<script>|<b>c/.test(html), html);
  assertMatch(html, /&lt;script&gt;\*x\*&lt;\/script&gt;/);
});

const all = (answer: object) =>
  Object.fromEntries(Object.keys(DEFAULT_RUBRIC.questions).map((question) => [question, answer]));
for (
  const [heading, one] of [
    ["Everything works", result("Ann")],
    ["Some of it works", result("Ann", { "1a": NO_ZEROS })],
    ["Most of it works", result("Ann", { "2b": { verdict: "wrong", why: "it hangs" } })],
    ["Nearly all works", result("Ann", { "3c": { verdict: "part" } })],
    ["Nothing works yet", result("Ann", all({ verdict: "wrong", why: "it ends at once" }))],
    ["No program was found", result("Ann", all(NO_SERVER2), { programs: {} })],
    ["Not decided yet", result("Ann", all({ verdict: "look" }), { state: "look", why: "empty" })],
  ] as const
) {
  Deno.test(`feedback is headed: ${heading}`, () => {
    const said = feedback(one, []);
    assert(said.includes(`\n## ${heading}\n`), said.slice(0, 200));
    if (!["Some of it works", "Most of it works"].includes(heading)) {
      assert(!/\b0 of (?!100)/.test(said) || heading === "Nothing works yet");
    }
  });
}

Deno.test("a question that was not run has no mark in grades.csv", () => {
  const said = feedback(result("Ann", { "2a": NO_SERVER2 }), []);
  assertMatch(said, /### 2a, server2 .*: not handed in, 30 marks/);
  assertMatch(said, /What you handed in works\. What is missing is listed below\./);
  assert(!/\b0 of 30/.test(said));
});
