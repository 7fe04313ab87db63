/**
 * Grades the submissions of a class, several at once; and compares stored verdicts with those that this
 * version of the grader gives, which changes nothing.
 *
 * @module
 */
import { confirm, questionsToRepeat } from "../confirm.ts";
import {
  counted,
  type Question,
  showMarks,
  type SubmissionResult,
  VERDICT_WORDS,
} from "../results/results.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { type GradeSubmission, gradeTask, type Task, type TaskOptions } from "./grade_task.ts";
import type { Rubric } from "../results/rubric.ts";
import { withTimeLimit } from "./time_limit.ts";
import { ownFolder } from "./intake/submissions.ts";
import type { ResultsFile } from "./results_file.ts";
import type { Decided, Progress } from "./screen.ts";
import { Failure } from "../../cli/failure.ts";
import { escapeText } from "../../terminal/show.ts";
import { questionsOf } from "../results/questions.ts";
import { GRADER_VERSION } from "../results/result_files.ts";

/** The end of a submission's time, in which its last try stops. */
const LAST_MS = 3_000;

/** Receives the results of a class. */
export type ResultSink = Pick<ResultsFile, "put" | "write">;

/** An unhandled rejection while one submission is graded must not end the others. */
function keepOn(event: Event): void {
  event.preventDefault();
}

/** Grades the submissions without a result, several at once. */
export async function gradeTasks(
  tasks: Task[],
  file: ResultSink,
  progress: Progress,
  options: TaskOptions & { out: string; jobs: number },
  grade: GradeSubmission,
): Promise<void> {
  globalThis.addEventListener("unhandledrejection", keepOn);
  try {
    await gradeAll(tasks, file, progress, options, grade);
  } finally {
    globalThis.removeEventListener("unhandledrejection", keepOn);
    progress.end();
  }
}

async function gradeAll(
  tasks: Task[],
  file: ResultSink,
  progress: Progress,
  options: TaskOptions & { out: string; jobs: number },
  grade: GradeSubmission,
): Promise<void> {
  progress.skip(tasks.filter(({ result }) => result).length);
  // If grading is impossible on this machine, the other workers stop too.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const gradeOne = (task: Task, how: GradeSubmission) => {
    progress.start(task.submission);
    return gradeTask(task, ownFolder(task.submission, options.out), { ...options, signal }, how);
  };
  const finish = async (task: Task, result: GradedSubmission) => {
    task.result = result;
    file.put(tasks.indexOf(task), result);
    progress.finish(task.submission, result);
    await file.write();
  };
  const left = tasks.values();
  const toConfirm: { task: Task; first: SubmissionResult; usedMs: number }[] = [];
  const worker = async () => {
    for (const task of left) {
      if (task.result || signal.aborted) continue;
      let first: SubmissionResult | undefined;
      const since = performance.now();
      const result = await gradeOne(task, async (...about) => first = await grade(...about));
      if (result === undefined) continue;
      if (!first || questionsToRepeat(first).length === 0) await finish(task, result);
      else {
        toConfirm.push({ task, first, usedMs: performance.now() - since });
        progress.suspend(task.submission);
      }
    }
  };
  const workers = Array.from({ length: options.jobs }, () =>
    worker().catch((error) => {
      broken.abort(error);
      throw error;
    }));
  const [failed] = (await Promise.allSettled(workers)).filter(({ status }) =>
    status === "rejected"
  );
  if (failed) broken.signal.throwIfAborted();
  // One at a time: nothing else is graded while a verdict is confirmed.
  for (
    const { task, first, usedMs } of toConfirm.sort((a, b) =>
      tasks.indexOf(a.task) - tasks.indexOf(b.task)
    )
  ) {
    if (signal.aborted) break;
    const end = performance.now() + options.limitMs - usedMs - LAST_MS;
    const result = await gradeOne(task, confirming(first, grade, end, options.rubric));
    if (result) await finish(task, result);
  }
}

/**
 * Confirms a first try. All tries of a submission share its time limit; without time left the first
 * one counts.
 *
 * @param end The end of its time, on the clock of `performance.now()`.
 */
function confirming(
  first: SubmissionResult,
  grade: GradeSubmission,
  end: number,
  rubric: Rubric,
): GradeSubmission {
  return (folder, signal, seed, own) => {
    const repeat = (only: Question[]) =>
      withTimeLimit(
        (signal) => grade(folder, signal, seed, own, only),
        Math.max(0, end - performance.now()),
        signal,
      );
    return confirm(first, repeat, rubric);
  };
}

/** A submission's stored result, and the one that this version gives; none after a stop. */
export interface Compared {
  label: string;
  stored: GradedSubmission;
  now: SubmissionResult | undefined;
}

/** A line for each of the grader's verdicts that would change; a decision of a person stays. */
function changesOf({ label, stored, now }: Compared): string[] {
  if (!now) return [];
  return questionsOf(now.answers).flatMap((question) => {
    const [before, after] = [stored.questions[question], now.questions[question]];
    if (!before || !after) return [];
    const { verdict, points } = before.decidedByHand ?? before;
    if (verdict === after.verdict) return [];
    const marks = after.points - points;
    const effect = before.decidedByHand || stored.decidedTotal
      ? "decided by hand, which stays"
      : `${marks > 0 ? "+" : ""}${showMarks(marks)} marks`;
    const change = `${VERDICT_WORDS[verdict]} -> ${VERDICT_WORDS[after.verdict]} (${effect})`;
    return [`Would change: ${label}, ${question}: ${change}${after.why && `: ${after.why}`}`];
  });
}

/** The lines of a comparison. */
export function comparisonLines(compared: readonly Compared[]): string[] {
  const versions = compared.flatMap(({ stored }) => stored.grader ?? []);
  const old = [...new Set(versions)].join(", ") || "an unknown version";
  const changes = compared.map(changesOf).filter(({ length }) => length > 0);
  const count = changes.flat().length;
  return [
    ...changes.flat(),
    `Compared ${compared.length} submissions, graded by ${old}, with grader ${GRADER_VERSION}: ` +
    `${counted(count, "verdict")} of ${counted(changes.length, "student")} would change.`,
    count === 0
      ? "Nothing was changed."
      : "Nothing was changed; the same command with --fresh instead of --compare changes them, " +
        "--fresh NAME those of one student.",
  ].map(escapeText);
}

/**
 * Grades the submissions with a stored result again, with the same texts.
 *
 * @returns The lines of the comparison.
 * @throws {Failure} If nothing has a stored result.
 */
export async function compareClass(
  tasks: readonly Task[],
  progress: Progress,
  options: TaskOptions & { out: string; jobs: number },
  grade: GradeSubmission,
  decided: Decided,
): Promise<string[]> {
  const stored = tasks.filter(({ result, key }) => result !== undefined && key !== undefined);
  if (stored.length === 0) {
    throw new Failure(
      `Cannot compare: ${options.out} has no results of these submissions; grade the class first`,
    );
  }
  const again: Task[] = stored.map(({ result: _, ...task }) => task);
  await gradeTasks(again, { put: () => {}, write: async () => {} }, progress, options, grade);
  return comparisonLines(stored.map(({ submission, result }, i) => (
    { label: submission.label, stored: decided(submission, result!), now: again[i].result }
  )));
}
