/**
 * Marks: they sum to the rubric's total, or the rubric is refused with the reason.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/cli/failure.ts";
import { QUESTIONS, REMARK_IDS, remarkTitle } from "../../../lib/grade/results/questions.ts";
import { applyRubric, DEFAULT_RUBRIC, rubricExample } from "../../../lib/grade/results/rubric.ts";
import { readRubric } from "../../../lib/grade/results/rubric_file.ts";
import { bytes } from "../../harness.ts";
import { LOOPBACK_ONLY, NO_ZEROS, PIECES, result } from "../class/made_up.ts";

const read = (value: unknown) => readRubric(bytes(JSON.stringify(value)), "r.json");
const withRemark = { ...DEFAULT_RUBRIC, total: 110, remarks: { "one-byte-pieces": 10 } };

Deno.test("the example is the default rubric, to the mark, and sums to 100", () => {
  const { remarks, ...rest } = readRubric(bytes(rubricExample()), "example");
  assertEquals({ ...rest, remarks: {} }, DEFAULT_RUBRIC);
  assertEquals(Object.keys(remarks), [...REMARK_IDS], "the names of the remarks, each free");
  assert(Object.values(remarks).every((marks) => marks === 0));
  assertEquals(DEFAULT_RUBRIC.total, 100);
});

Deno.test("the example has the title of each question and remark behind its marks", () => {
  const example = rubricExample({ server1: "upper", server2: "caesar 3" });
  for (const id of REMARK_IDS) {
    assert(example.includes(`"${id}": 0`) && example.includes(` // ${remarkTitle(id)}\n`), id);
  }
  assertMatch(example, /"1a": 30, \/\/ server1 answers a text in capital letters\n/);
  assertMatch(example, /"3c": 3 \/\/ a client gets a wrong address/);
  assertNotMatch(example, /binary/);
  assertEquals(example.match(/\/\//g)?.length, QUESTIONS.length + REMARK_IDS.length);
});

Deno.test("questions and their total alone are a rubric", () => {
  const { total, questions } = DEFAULT_RUBRIC;
  assertEquals(read({ total, questions }), DEFAULT_RUBRIC);
});

Deno.test("a rubric that does not sum is refused with both sums", () => {
  assertThrows(
    () => read({ ...DEFAULT_RUBRIC, total: 99 }),
    Failure,
    "sum to 100, and its total is 99",
  );
});

for (
  const [what, value, why] of [
    ["no JSON object", [], "it is not an object"],
    ["a question less", { total: 5, questions: { "1a": 5 } }, "question 1b is missing"],
    ["an unknown key", { ...DEFAULT_RUBRIC, marks: 1 }, 'it holds "marks"'],
    ["marks below 0", {
      ...DEFAULT_RUBRIC,
      questions: { ...DEFAULT_RUBRIC.questions, "1a": -1 },
    }, "1a is -1"],
    ["an unknown question", {
      ...DEFAULT_RUBRIC,
      questions: { ...DEFAULT_RUBRIC.questions, "4": 0 },
    }, 'no question or remark "4"'],
    ["a share over 1", { ...DEFAULT_RUBRIC, half: { all: 2 } }, "a share from 0 to 1"],
    ["a name that decisions use", { ...DEFAULT_RUBRIC, total: 105, manual: { late: 5 } }, "choose"],
    ["a date that is none", { ...DEFAULT_RUBRIC, late: { perDay: 1, due: "soon" } }, "2026-11-20"],
    ["an unknown remark", { ...withRemark, remarks: { no: 10 } }, 'no question or remark "no"'],
  ] as const
) {
  Deno.test(`a rubric with ${what} is refused`, () => {
    assertThrows(() => read(value), Failure, why);
  });
}

Deno.test("a rubric that is no JSON is refused", () => {
  assertThrows(
    () => readRubric(bytes("{"), "r.json"),
    Failure,
    "Cannot use the rubric r.json: it is not JSON at line 1, column 2: the end comes too early",
  );
});

Deno.test("right has all marks, part half of them, the rest none", () => {
  const { marks, max, questions } = applyRubric(
    result("ann", { "1a": NO_ZEROS, "2b": LOOPBACK_ONLY, "3a": { verdict: "part" } }),
    DEFAULT_RUBRIC,
  );
  assertEquals([marks, max], [63.5, 100]);
  assertEquals([questions["1a"].points, questions["2b"].points, questions["3a"].points], [
    0,
    5,
    1.5,
  ]);
});

Deno.test("a rubric sets the share for a half right answer, for all questions or for one", () => {
  const half = { all: 0.4, "2b": 0.2 };
  const { questions } = applyRubric(
    result("ann", { "2b": LOOPBACK_ONLY, "3b": { verdict: "part" } }),
    { ...DEFAULT_RUBRIC, half },
  );
  assertEquals([questions["2b"].points, questions["3b"].points], [2, 1.6]);
});

Deno.test("applyRubric() gives the same verdicts the marks of another rubric", () => {
  const first = applyRubric(result("ann", { "1a": NO_ZEROS }), DEFAULT_RUBRIC);
  const questions = { ...DEFAULT_RUBRIC.questions, "1a": 10, "2a": 50 };
  assertEquals([first.marks, applyRubric(first, { ...DEFAULT_RUBRIC, questions }).marks], [70, 90]);
});

Deno.test("a question that was not run has no marks", () => {
  const { marks, max } = applyRubric(
    result("ann", { "2b": { verdict: "not run" } }),
    DEFAULT_RUBRIC,
  );
  assertEquals([marks, max], [90, 90]);
});

Deno.test("a submission that answers and does not get a remark has the marks of that remark", () => {
  const marksOf = (one: ReturnType<typeof result>) => applyRubric(one, withRemark).marks;
  assertEquals(marksOf(result("ann")), 110);
  assertEquals(marksOf(result("bob", {}, { remarks: [PIECES, PIECES] })), 100);
  const { remarks } = applyRubric(result("bob", {}, { remarks: [PIECES, PIECES] }), withRemark);
  assertEquals(remarks.map(({ costs }) => costs), [10, undefined]);
  assertEquals(marksOf(result("cy", { "1a": NO_ZEROS, "2a": NO_ZEROS })), 40);
});
