/**
 * Grades one submission, and confirms its verdicts before they are reported.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { TooLate, withTimeLimit } from "./class/time_limit.ts";
import type { GradeOptions } from "./grade_submission.ts";
import { confirm, isSettled } from "./results/confirm.ts";
import type { Question, SubmissionResult } from "./results/results.ts";

/** Wall time for a submission with all its tries; a class ends one that takes 180 s. */
const LIMIT_MS = 175_000;

/**
 * Grades a submission and confirms its verdicts. An answer is reported when it is confirmed.
 *
 * @throws {Failure} If it takes too long, or grading is impossible.
 */
export async function gradeConfirmed(
  options: GradeOptions,
  grade: (options: GradeOptions) => Promise<SubmissionResult>,
): Promise<SubmissionResult> {
  const { onAnswer, only, rubric, signal = new AbortController().signal } = options;
  const end = performance.now() + LIMIT_MS;
  const tryOnce = (how: Partial<GradeOptions>) =>
    withTimeLimit(
      (signal) => grade({ ...options, ...how, signal }),
      Math.max(0, end - performance.now()),
      signal,
    );
  const held = new Set<Question>();
  const first = await tryOnce({
    onAnswer: (question, answer) => {
      if (isSettled(answer)) onAnswer?.(question, answer);
      else held.add(question);
    },
  }).catch((error) => {
    if (!(error instanceof TooLate)) throw error;
    throw new Failure(`${error.message}; --only asks some of the questions alone`);
  });
  const repeat = (some: Question[]) => tryOnce({ only: some, onAnswer: () => {} });
  const result = await confirm(first, repeat, only ? undefined : rubric);
  signal.throwIfAborted();
  for (const question of held) onAnswer?.(question, result.questions[question]);
  return result;
}
