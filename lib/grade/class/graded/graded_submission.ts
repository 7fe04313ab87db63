/**
 * A graded submission of a class: its result, where it came from, and the commands that ask its
 * questions again.
 *
 * @module
 */
import { isDefault, type LabAnswers } from "../../results/answer_texts.ts";
import { type Question, questionsOf, REMARK_IDS } from "../../results/questions.ts";
import type { Answer, SubmissionResult } from "../../results/results.ts";
import type { SubmissionFiles } from "./handed_in.ts";
import { joinWords, splitWords } from "../../../cli/shell_words.ts";

/** The reason of a decision without a sentence. */
export const BY_HAND = "Decided by hand.";

/** A submission's result within a class. */
export interface GradedSubmission extends SubmissionResult {
  /** Its name in the class's folder. */
  source: string;
  files?: SubmissionFiles;
  /** A hash of its files and questions; the stored result is used while it is unchanged. */
  key?: string;
}

/** Restores the line breaks of an escaped screen. */
export function screenLines(shown: string): string {
  return shown.replaceAll("\\n", "\n").replaceAll("\\t", "    ");
}

/** Cuts a long text and adds its length. */
export function cut(text: string, max: number): string {
  const chars = text.length > max ? [...text] : [];
  if (chars.length <= max) return text;
  return `${chars.slice(0, max).join("")}… (${chars.length} characters in all)`;
}

/** The result of a submission that a person has to look at as a whole. */
export function wantsLook(name: string, why: string, answers?: LabAnswers): SubmissionResult {
  const answer = (): Answer => ({ verdict: "look", points: 0, max: 0, why: "", evidence: [] });
  return {
    name,
    ...answers && !isDefault(answers) && { answers },
    state: "look",
    why,
    marks: 0,
    max: 0,
    questions: Object.fromEntries(
      questionsOf(answers).map((question) => [question, answer()]),
    ) as SubmissionResult["questions"],
    remarks: [],
    untested: [...REMARK_IDS],
    programs: {},
    attempts: [],
    seconds: 0,
  };
}

/** Whether a person has decided looks, and no look is left. */
export function isSettled({ questions }: GradedSubmission): boolean {
  const answers = Object.values(questions);
  return answers.every(({ verdict }) => verdict !== "look") &&
    answers.some(({ decidedByHand }) => decidedByHand);
}

/** Whether nothing but a part of the rubric's `manual` waits for a person. */
export function waitsForMarks(result: GradedSubmission): boolean {
  const { state, before } = result;
  return state === "look" && before !== undefined &&
    (before.state === "graded" || isSettled(result));
}

/** Why a submission wants a look, without the parts that wait for marks as well. */
export function lookReason(result: GradedSubmission): string {
  const { why, before } = result;
  return before?.state === "look" && !waitsForMarks(result) ? before.why : why;
}

/** What the servers of a class's lab answer; undefined for the assignment's own answers. */
export function labAnswersOf(results: readonly GradedSubmission[]): LabAnswers | undefined {
  return results.find(({ answers }) => answers)?.answers;
}

/** Before a hash of what was graded, where the grader gives no verdict. */
export const FILES = "files ";

/**
 * What a decision is about: the grader's own verdict and reason, `wrong: server1 answers nothing`;
 * for a part that the grader does not judge, a hash of what was graded. Empty for the days of delay.
 */
export function seenOf({ questions, key }: GradedSubmission, question: string): string {
  const answer = questions[question as Question];
  if (!answer) return question === "late" || !key ? "" : `${FILES}${key.slice(0, 8)}`;
  const { verdict, why } = answer.decidedByHand ?? answer;
  // A spreadsheet of another country splits a cell here, and would run a formula.
  const plain = why.replace(/[;,|\t](?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$&'");
  return why === "" ? verdict : `${verdict}: ${plain}`;
}

/** A result whose commands name this run's rubric: another run may have stored the result. */
export function withRubricFile(
  result: GradedSubmission,
  file: string | undefined,
): GradedSubmission {
  const renew = <T extends { again?: string }>(one: T): T =>
    one.again === undefined ? one : { ...one, again: renamed(one.again, file) };
  const questions = Object.entries(result.questions).map(([name, answer]) => [name, renew(answer)]);
  return {
    ...result,
    questions: Object.fromEntries(questions),
    remarks: result.remarks.map(renew),
  };
}

/** A command with another `--rubric`, or without one. */
function renamed(command: string, file: string | undefined): string {
  const words = splitWords(command);
  const old = words.indexOf("--rubric");
  if (old >= 0) words.splice(old, 2);
  const at = words.indexOf("--verbose");
  if (file !== undefined) words.splice(at < 0 ? words.length : at, 0, "--rubric", file);
  return joinWords(words);
}
