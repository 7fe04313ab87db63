/**
 * The result of a submission whose grading was stopped.
 *
 * @module
 */
import type { SubmissionResult } from "./results.ts";

/** The result with the questions that were answered before the stop. */
export function unfinished(
  name: string,
  questions: SubmissionResult["questions"],
): SubmissionResult {
  const answers = Object.values(questions);
  return {
    name,
    state: "look",
    why: "Grading was stopped before all questions were asked.",
    marks: answers.reduce((sum, { points }) => sum + points, 0),
    max: answers.reduce((sum, { max }) => sum + max, 0),
    questions,
    remarks: [],
    programs: {},
    attempts: [],
    seconds: 0,
  };
}
