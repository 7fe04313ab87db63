/**
 * Gradebooks: the marks are written to their column, every other byte is kept.
 *
 * @module
 */
import { parse } from "@std/csv";
import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/cli/failure.ts";
import {
  fillGradebook,
  type GradebookOptions,
  readGradebook,
} from "../../../lib/grade/class/exports/gradebook.ts";
import type { GradedSubmission } from "../../../lib/grade/class/graded/graded_submission.ts";
import type { Student } from "../../../lib/grade/class/graded/handed_in.ts";
import { bytes, text } from "../../harness.ts";
import { LOOPBACK_ONLY, result } from "./made_up.ts";

const FULL = result("full");
const LESS = result("less", { "2b": LOOPBACK_ONLY, "3a": { verdict: "part" } });
const LOOK = result("look", {}, { state: "look" });
const TO_MARK: typeof LOOK = { ...LOOK, before: { state: "graded", why: "" } };

/** Fills an export. */
function fill(
  csv: string,
  handedIn: [GradedSubmission, ...Student[]][],
  options: GradebookOptions = {},
): { csv: string; notes: string[] } {
  const gradebook = readGradebook(bytes(csv), "marks.csv", options);
  const filled = fillGradebook(
    gradebook,
    handedIn.map(([result]) => result),
    handedIn.map(([, ...students]) => students),
  );
  return { csv: text(filled.bytes), notes: filled.notes };
}

const MOODLE =
  `\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Feedback comments"\r
"Participant 7","Ann Lee",ann@uni.example,"Submitted, late",,100.00,"line\r
two ""quoted"""\r
"Participant 8","Ann Lee",lee@uni.example,-,"",100.00,\r
"Participant 9","Bob Ångström",bob@uni.example,-,12,100.00,=1+1\r
"Participant 10",Cy,cy@uni.example,-,,100.00,`;

Deno.test("Moodle's worksheet: rows are found by number, and every other byte is kept", () => {
  const { csv, notes } = fill(MOODLE, [
    [LESS, { name: "Ann Lee", number: "8", platform: "moodle" }],
    [FULL, { name: "Ann Lee", number: "7", platform: "moodle" }],
    [FULL, { name: "bob ångström" }],
  ], { overwrite: true });
  const expected = MOODLE.replace('late",,', 'late",100,').replace('-,"",', '-,"93.5",')
    .replace("-,12,", "-,100,");
  assertEquals(csv, expected);
  assertEquals(notes, [
    "In the gradebook without a submission, left as it was; --zero-missing gives 0: Cy",
  ]);
  assertEquals(parse(csv).map((row) => row[4]), ["Grade", "100", "93.5", "100", ""]);
});

Deno.test("--zero-missing: 0 for students without a submission, but a mark is kept", () => {
  const ann: [GradedSubmission, Student] = [FULL, { name: "x", number: "7", platform: "moodle" }];
  const options = { zeroMissing: true, overwrite: true };
  const { csv, notes } = fill(MOODLE, [ann], options);
  assertEquals(parse(csv).map((row) => row[4]), ["Grade", "100", "0", "12", "0"]);
  assertEquals(notes, [
    "In the gradebook without a submission, 0 given: Ann Lee; Cy",
    "In the gradebook without a submission, has a mark, kept: Bob Ångström (12)",
  ]);
  const lost = fill(MOODLE, [ann, [FULL, { name: "Dee" }]], options);
  assertEquals(parse(lost.csv).map((row) => row[4]), ["Grade", "100", "", "12", ""]);
  assertEquals(lost.notes, [
    "Not in the gradebook, enter these by hand: Dee",
    "In the gradebook without a submission, no 0 given, since names above are not in the gradebook: Ann Lee; Bob Ångström; Cy",
  ]);
});

Deno.test("Moodle's worksheet: two students with one name are not confused", () => {
  const { csv, notes } = fill(MOODLE, [[FULL, { name: "Ann Lee" }]]);
  assertEquals(csv, MOODLE);
  assertEquals(notes[0], "Not in the gradebook, enter these by hand: Ann Lee");
});

Deno.test("Moodle's worksheet: a number from Canvas identifies no student, and a look changes no mark", () => {
  const { csv, notes } = fill(MOODLE, [
    [FULL, { name: "x", number: "7", platform: "canvas" }],
    [LOOK, { name: "Bob Ångström", number: "9", platform: "moodle" }],
  ]);
  assertEquals(csv, MOODLE);
  assertEquals(notes.slice(0, 2), [
    "Not in the gradebook, enter these by hand: x",
    "Wants a look, left as it was in the gradebook: Bob Ångström",
  ]);
});

Deno.test("Moodle's worksheet: who only waits for marks by hand does not want a look", () => {
  const { csv, notes } = fill(MOODLE, [[TO_MARK, { name: "Bob Ångström" }]]);
  assertEquals(csv, MOODLE);
  assertEquals(notes[0], "Waits for marks by hand, left as it was in the gradebook: Bob Ångström");
});

Deno.test("Moodle's worksheet: marks are scaled to its maximum", () => {
  const { csv, notes } = fill(MOODLE.replaceAll("100.00", "10.00"), [
    [LESS, { name: "Cy" }],
  ]);
  assertEquals(parse(csv)[4][4], "9.35");
  assertEquals(notes.at(-1), "The gradebook's maximum is 10: the marks were scaled to it");
});

Deno.test("Moodle's gradebook: rows are found by first and last name; the only assignment gets the marks", () => {
  const csv =
    `First name;Last name;ID number;Email address;Assignment: Lab 1 (Real);Course total (Real)\nAnn;Lee;s1;ann@uni.example;-;-\nBob;Roe;s2;b@uni.example;-;-\n`;
  const filled = fill(csv, [
    [FULL, { name: "ann", login: "ann" }],
    [LESS, { name: "S2", login: "S2" }],
  ], { max: 100 });
  assertEquals(
    filled.csv,
    csv.replace("example;-", "example;100").replace("b@uni.example;-", "b@uni.example;93,5"),
  );
});

const CANVAS = `Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (501),Current Score\r
    Points Possible,,,,,50,(read only)\r
"Doe, Jane",12,u12,jdoe,A,,\r
"Roe, John",13,u13,jroe,A,7,\r
"Student, Test",99,,x,A,,\r
`;

Deno.test("Canvas: rows are found by number, login and name without signs", () => {
  const { csv, notes } = fill(CANVAS, [
    [LESS, { name: "doejane", number: "12", platform: "canvas" }],
    [FULL, { name: "jroe", login: "jroe" }],
  ], { overwrite: true });
  assertEquals(csv, CANVAS.replace("jdoe,A,,", "jdoe,A,46.75,").replace("A,7,", "A,50,"));
  assertEquals(notes, ["The gradebook's maximum is 50: the marks were scaled to it"]);
  assertEquals(parse(fill(CANVAS, [[FULL, { name: "doejane" }]]).csv)[2][5], "50");
});

Deno.test("a group's mark goes to each of its students", () => {
  const { csv } = fill(CANVAS, [[FULL, { name: "Jane Doe" }, { name: "John Roe" }]], {
    overwrite: true,
  });
  assertEquals(parse(csv).map((row) => row[5]).slice(2, 4), ["50", "50"]);
});

Deno.test("if several columns are possible, one has to be named", () => {
  const two = CANVAS.replace("Current Score", "Lab 2 (502)");
  assertThrows(() => fill(two, []), Failure, 'of "Lab 1 (501)", "Lab 2 (502)"');
  const { csv } = fill(two, [[FULL, { name: "jroe", login: "jroe" }]], {
    column: "Lab 2 (502)",
    max: 100,
    overwrite: true,
  });
  assertEquals(parse(csv)[3].slice(5), ["7", "100"]);
});

Deno.test("a file that is no gradebook is refused with the reason", () => {
  assertThrows(() => fill("a,b\n1,2\n", []), Failure, "name it with --gradebook-column");
  assertThrows(() => fill("", []), Failure, "no row of a student");
  assertThrows(() => fill("Name\0", []), Failure, "it is no CSV file");
});
