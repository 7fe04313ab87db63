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
  assertEquals(row.slice(5, 9), ["", "look", "", "100"]);
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
