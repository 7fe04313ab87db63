/**
 * Compares the stored verdicts of a class with those that this version of the grader gives,
 * and changes nothing.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { escapeText } from "../../terminal/show.ts";
import { questionsOf } from "../results/questions.ts";
import { type SubmissionResult, VERDICT_WORDS } from "../results/results.ts";
import { GRADER_VERSION } from "../results/record.ts";
import { type GradedSubmission, showMarks } from "./graded/graded_submission.ts";
import type { GradeSubmission, Task, TaskOptions } from "./grade_task.ts";
import { gradeTasks } from "./grade_tasks.ts";
import type { Progress } from "./progress.ts";

/** A verdict that would change. */
export interface Change {
  /** The student's name, as the page has it. */
  label: string;
  question: string;
  /** The stored verdict, and the new one. */
  from: string;
  /** See `from`. */
  to: string;
  /** Why the new verdict is given. */
  why: string;
  /** By how much the marks of the question change. */
  marks: number;
}

/** What differs between two results of one submission; decisions of a person do not count. */
export function changesBetween(
  label: string,
  stored: SubmissionResult,
  now: SubmissionResult,
): Change[] {
  return questionsOf(now.answers).flatMap((question) => {
    const [before, after] = [stored.questions[question], now.questions[question]];
    if (!before || !after) return [];
    const { verdict, points } = before.decidedByHand ?? before;
    if (verdict === after.verdict) return [];
    return [{
      label,
      question,
      from: VERDICT_WORDS[verdict],
      to: VERDICT_WORDS[after.verdict],
      why: after.why,
      marks: after.points - points,
    }];
  });
}

/**
 * The lines of a comparison.
 *
 * @param versions The versions of the grader that gave the stored verdicts.
 * @param version The version that was compared.
 * @param count How many submissions were compared.
 */
export function comparisonLines(
  changes: readonly Change[],
  versions: readonly string[],
  version: string,
  count: number,
): string[] {
  const old = [...new Set(versions)].join(", ") || "an unknown version";
  const students = new Set(changes.map(({ label }) => label));
  return [
    ...changes.map(({ label, question, from, to, marks, why }) =>
      `Would change: ${label}, ${question}: ${from} -> ${to} (${marks > 0 ? "+" : ""}${
        showMarks(marks)
      } marks)${why === "" ? "" : `: ${why}`}`
    ),
    `Compared ${count} submissions, graded by ${old}, with grader ${version}: ` +
    `${changes.length} verdict${changes.length === 1 ? "" : "s"} of ${students.size} ` +
    `student${students.size === 1 ? "" : "s"} would change.`,
    changes.length === 0
      ? "Nothing was changed."
      : "Nothing was changed; the same command with --fresh instead of --compare changes them, " +
        "--fresh NAME those of one student.",
  ].map(escapeText);
}

/**
 * Grades again what has a stored result, with the same texts.
 *
 * @returns The lines of the comparison.
 * @throws {Failure} If nothing has a stored result.
 */
export async function compareClass(
  tasks: readonly Task[],
  progress: Progress,
  options: TaskOptions & { out: string; jobs: number },
  grade: GradeSubmission,
): Promise<string[]> {
  const stored = tasks.filter((task): task is Task & { result: GradedSubmission; key: string } =>
    task.result !== undefined && task.key !== undefined
  );
  if (stored.length === 0) {
    throw new Failure(
      `Cannot compare: ${options.out} has no results of these submissions; grade the class first`,
    );
  }
  const again: Task[] = stored.map(({ result: _, ...task }) => task);
  await gradeTasks(again, { put: () => {}, write: async () => {} }, progress, options, grade);
  const changes = stored.flatMap(({ submission, result }, i) => {
    const now = again[i].result;
    return now ? changesBetween(submission.label, result, now) : [];
  });
  const versions = stored.flatMap(({ result }) => result.grader ?? []);
  return comparisonLines(changes, versions, GRADER_VERSION, stored.length);
}
