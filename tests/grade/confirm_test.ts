/** Verdicts that cost marks are tried again before they count. */
import { assertEquals } from "@std/assert";
import { confirm, questionsToRepeat } from "../../lib/grade/confirm.ts";
import type { Question, SubmissionResult, Verdict } from "../../lib/grade/results/results.ts";

function resultOf(verdicts: Partial<Record<Question, Verdict>>, run = "first"): SubmissionResult {
  const answers = Object.entries(verdicts).map(([question, verdict]) => [question, {
    verdict,
    points: verdict === "right" ? 10 : 0,
    max: 10,
    why: verdict === "right" ? "" : `${run}: ${verdict}`,
    evidence: [],
  }]);
  return {
    name: "ada",
    state: "graded",
    why: "",
    marks: 0,
    max: 10 * answers.length,
    questions: Object.fromEntries(answers),
    remarks: [],
    programs: { server1: { files: [], run } },
    attempts: [],
    seconds: 0,
  };
}

/** Tries, in their order, after the first; each is asked only what is in doubt. */
function tries(...all: SubmissionResult[]) {
  const asked: Question[][] = [];
  const repeat = (only: Question[]) => {
    asked.push(only);
    return Promise.resolve(all.shift()!);
  };
  return { asked, repeat };
}

Deno.test("confirm() tries a verdict that costs marks again, and keeps it if the second try agrees", async () => {
  const first = resultOf({ "1a": "right", "2a": "wrong", "3a": "part" });
  const { asked, repeat } = tries(resultOf({ "2a": "wrong", "3a": "part" }, "second"));
  assertEquals(await confirm(first, repeat, undefined), first);
  assertEquals(asked, [["2a", "3a"]]);
});

Deno.test("confirm() lets a third try decide, and takes its explanation", async () => {
  const { asked, repeat } = tries(
    resultOf({ "2a": "right", "3a": "part" }, "second"),
    resultOf({ "2a": "right" }, "third"),
  );
  const result = await confirm(resultOf({ "2a": "wrong", "3a": "part" }), repeat, undefined);
  assertEquals(asked, [["2a", "3a"], ["2a"]]);
  assertEquals(result.questions["2a"].verdict, "right");
  assertEquals(result.questions["3a"].why, "first: part");
  assertEquals(result.programs.server1?.run, "third");
  assertEquals(result.marks, 10);
});

Deno.test("confirm() keeps what the first try says of a program that the third did not start", async () => {
  const third = resultOf({ "2a": "right" }, "third");
  third.programs.server1!.tried = [];
  const { repeat } = tries(resultOf({ "2a": "right" }, "second"), third);
  const result = await confirm(resultOf({ "2a": "wrong" }), repeat, undefined);
  assertEquals(result.programs.server1?.run, "first");
});

Deno.test("confirm() gives a look for three different verdicts", async () => {
  const { repeat } = tries(resultOf({ "3a": "part" }), resultOf({ "3a": "right" }));
  const result = await confirm(resultOf({ "3a": "wrong" }), repeat, undefined);
  assertEquals(result.questions["3a"].verdict, "look");
  assertEquals([result.state, result.marks], ["look", 0]);
});

Deno.test("confirm() keeps the first try if another one fails", async () => {
  const first = resultOf({ "3a": "wrong" });
  assertEquals(await confirm(first, () => Promise.reject(new Error("busy")), undefined), first);
});

Deno.test("a missing module is not tried again", () => {
  const result = resultOf({ "1a": "look", "2a": "look" });
  result.questions["1a"].why = "server1 cannot be run here: the module x is not installed here.";
  assertEquals(questionsToRepeat(result), ["2a"]);
});
