/**
 * Tables and reports for other programs.
 *
 * @module
 */
import { parse } from "@std/csv";
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import {
  commonFaults,
  commonLooks,
  commonRemarks,
  spreadOf,
} from "../../../lib/grade/class/graded/statistics.ts";
import { gradesCsv, junitXml } from "../../../lib/grade/class/exports/marks_files.ts";
import { fit } from "../../../lib/grade/class/screen.ts";
import { applyDecisions, withDelay } from "../../../lib/grade/class/decisions/apply_decisions.ts";
import type { Decision } from "../../../lib/grade/class/decisions/decisions_file.ts";
import { applyRubric, DEFAULT_RUBRIC, type Rubric } from "../../../lib/grade/results/rubric.ts";
import { NO_SERVER2, NO_ZEROS, PIECES, result, sixty } from "./made_up.ts";

Deno.test("grades.csv: a row for each submission, and no cell that a spreadsheet runs", () => {
  const names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", 'a "b", c', "two\nlines", "<i>"];
  const results = names.map((name) => result(name));
  const csv = gradesCsv(results, names.map((name) => [{ name, login: name }]));
  assert(csv.startsWith("\ufeff"), "Excel on Windows reads UTF-8 by its byte order mark");
  const rows = parse(csv);
  assertEquals(rows.length, names.length + 1);
  assertEquals(rows.slice(1).map(([name]) => name), [
    ...["'=1+1", "'+1", "'-1", "'@x", "\\tx", "\\rx"],
    ...['a "b", c', "two\\nlines", "<i>"],
  ]);
  for (const row of rows) for (const cell of row) assertNotMatch(cell, /^[=+\-@\t\r]/);
});

Deno.test("grades.csv: if a person has to look, the marks are empty", () => {
  const [, row] = parse(gradesCsv([result("ann", {}, { state: "look" })], [[{ name: "ann" }]]));
  assertEquals(row.slice(5, 8), ["look", "", "100"]);
});

Deno.test("grades.csv: the parts of a row sum to its marks, and a part to mark is no look", () => {
  const rubric: Rubric = {
    ...DEFAULT_RUBRIC,
    total: 122,
    remarks: { "one-byte-pieces": 2, "rubbish": 5, "empty-line": 0 },
    manual: { report: 10, "=style": 5 },
    late: { perDay: 5, cap: 20 },
  };
  const [ann, bob, cy] = [
    withDelay(applyRubric(result("ann", {}, { remarks: [PIECES] }), rubric), 2, rubric),
    applyRubric(result("bob"), rubric),
    applyRubric(result("cy", { "1a": { verdict: "look" } }, { state: "look", why: "-" }), rubric),
  ];
  const row = (question: string, points: string): Decision => (
    { ...{ student: "ann", submission: "", sentence: "", seen: "" }, question, points }
  );
  const marked = [row("report", "8"), row("=style", "4.5")];
  const results = [
    applyDecisions(ann, marked, rubric, "ann").result,
    applyDecisions(bob, marked.slice(1), rubric, "bob").result,
    applyDecisions(cy, marked, rubric, "cy").result,
  ];
  const [header, ...rows] = parse(
    gradesCsv(results, results.map(({ name }) => [{ name }]), rubric),
  );
  const cell = (i: number, column: string) => rows[i][header.indexOf(column)];
  assertEquals(rows.map((_, i) => cell(i, "state")), ["graded", "to mark", "look"]);
  assertEquals(rows.map((_, i) => cell(i, "report")), ["8", "", "8"]);
  assertEquals(rows.map((_, i) => cell(i, "A request in pieces")), ["0", "2", "2"]);
  assert(!header.includes("An empty line"), "a remark that costs nothing has no column");
  assertEquals([cell(0, "days late"), cell(0, "marks for delay")], ["2", "-10"]);
  const parts = header.slice(header.indexOf("of") + 1, header.indexOf("days late"));
  const sum = [...parts, "marks for delay"].reduce((all, one) => all + Number(cell(0, one)), 0);
  assertEquals([cell(0, "marks"), sum], ["107.5", 107.5]);
});

Deno.test("junit.xml: a suite for each submission, all text escaped", () => {
  const xml = junitXml([
    result(`<a> & "b"\x1b`, { "1a": NO_ZEROS, "2b": { verdict: "not run" } }),
  ]);
  assertMatch(
    xml,
    /<testsuite name="&lt;a&gt; &amp; &quot;b&quot;\\x1b" tests="10" failures="1" skipped="1"/,
  );
  assertMatch(xml, /<failure message="wrong: server1 drops/);
  assertEquals(xml.match(/<testcase /g)?.length, 10);
});

Deno.test("the most common faults: equal except for the typed text, and counted once for each student", () => {
  const zeros = (typed: string) => ({ ...NO_ZEROS, why: `server1 drops zeros of "${typed}"` });
  const results = [
    result("ann", { "1a": zeros("x") }),
    result("bob", { "1a": zeros("y z"), "2a": NO_SERVER2, "2b": NO_SERVER2 }),
    result("cy", { "1a": { verdict: "look" } }, { remarks: [PIECES] }),
  ];
  assertEquals(commonFaults(results), [
    { questions: ["1a"], label: "The server drops zeros of …", places: [0, 1] },
    { questions: ["2a", "2b"], label: "There is no server in the submission", places: [1] },
  ]);
  assertEquals(commonRemarks(results)[0].places, [2]);
});

Deno.test("looks are grouped by cause, across programs", () => {
  const look = (program: string) => ({ verdict: "look" as const, why: `${program} needs numpy` });
  const results = [
    result("ann", { "1a": look("server1"), "2a": look("server2") }, { state: "look" }),
    result("bob", { "1b": look("server1") }, { state: "look" }),
    result("cy", {}, { state: "look", why: "It is empty" }),
  ];
  assertEquals(commonLooks(results), [
    { questions: ["1a", "2a", "1b"], label: "server needs numpy", places: [0, 1] },
    { questions: [], label: "It is empty", places: [2] },
  ]);
});

Deno.test("the spread of marks counts each student once", () => {
  const { graded, look, tens, tensLook, median } = spreadOf(sixty());
  const sum = (counts: number[]) => counts.reduce((a, b) => a + b);
  assertEquals([graded + look, sum(tens), sum(tensLook)], [60, graded, look]);
  assertEquals(spreadOf([result("a"), result("b", { "1a": NO_ZEROS })]).median, 85);
  assertEquals(spreadOf([]).median, undefined);
  assertEquals(typeof median, "number");
});

Deno.test("fit() cuts a text to its columns and counts wide letters and escaped control characters", () => {
  assertEquals(fit("abc", 3), "abc");
  assertEquals(fit("abcd", 3), "ab…");
  assertEquals(fit("李李李", 5), "李李…");
  assertEquals(fit("a\x1b[31m", 20), "a\\x1b[31m");
});
