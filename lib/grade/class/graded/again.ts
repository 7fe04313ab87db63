/**
 * The commands that ask a stored submission's questions again.
 *
 * @module
 */
import { joinWords, splitWords } from "../../../cli/shell_words.ts";
import type { GradedSubmission } from "./graded_submission.ts";

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
