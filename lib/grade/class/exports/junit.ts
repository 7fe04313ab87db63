/**
 * Results in the shape of JUnit, which most build servers show.
 *
 * @module
 */
import { type Question, questionsOf, questionTitle } from "../../results/questions.ts";
import type { Answer } from "../../results/results.ts";
import { VERDICT_WORDS } from "../../results/words.ts";
import type { GradedSubmission } from "../graded/graded_submission.ts";
import { isFault } from "../graded/common_faults.ts";
import { Markup, markup } from "../page/markup.ts";

/** `junit.xml`: a suite for each submission, a case for each question. */
export function junitXml(results: readonly GradedSubmission[]): string {
  const suites = results.map((result) => {
    const answers = questionsOf(result.answers).map((question) => result.questions[question]);
    const faults = answers.filter(isFault).length;
    const right = answers.filter(({ verdict }) => verdict === "right").length;
    return markup`
  <testsuite name="${result.name}" tests="${answers.length}" failures="${faults}" skipped="${
      answers.length - faults - right
    }" time="${result.seconds.toFixed(3)}">${
      questionsOf(result.answers).map((question) => testCase(result, question))
    }
  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    markup`<testsuites name="networks-lab">${suites}
</testsuites>`.text
  }\n`;
}

function testCase({ name, why, questions, answers }: GradedSubmission, question: Question): Markup {
  const answer = questions[question];
  return markup`
    <testcase classname="${name}" name="${question}: ${questionTitle(question, answers)}">${
    outcome(answer, why)
  }</testcase>`;
}

function outcome(answer: Answer, whyLook: string): Markup {
  const { verdict, why } = answer;
  if (verdict === "right") return new Markup("");
  const message = `${VERDICT_WORDS[verdict]}: ${why || whyLook || "see the feedback"}`;
  return isFault(answer)
    ? markup`<failure message="${message}"></failure>`
    : markup`<skipped message="${message}"/>`;
}
