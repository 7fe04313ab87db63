/**
 * Grades the submissions of a class, several at once.
 *
 * @module
 */
import { confirm, questionsToRepeat } from "../confirm.ts";
import type { SubmissionResult } from "../results/results.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { type GradeSubmission, gradeTask, type Task, type TaskOptions } from "./grade_task.ts";
import { fileNames } from "./intake/file_names.ts";
import type { Submission } from "./intake/submissions.ts";
import type { Progress } from "./progress.ts";

/** Where results go as they come. */
export interface ResultSink {
  /** Takes a result at its index. */
  put(index: number, result: GradedSubmission): void;
  /** Writes what it has. */
  write(): Promise<void>;
}

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
  const folders = ownFolders(tasks.map(({ submission }) => submission));
  // If grading is impossible on this machine, the other workers stop too.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const gradeOne = (task: Task, how: GradeSubmission) => {
    progress.start(task.submission);
    const ownFolder = `${options.out}/submissions/${folders.get(task.submission)}`;
    return gradeTask(task, ownFolder, { ...options, signal }, how);
  };
  const finish = async (task: Task, result: GradedSubmission) => {
    task.result = result;
    file.put(tasks.indexOf(task), result);
    progress.finish(task.submission, result);
    await file.write();
  };
  const left = tasks.values();
  const toConfirm: { task: Task; first: SubmissionResult }[] = [];
  const worker = async () => {
    for (const task of left) {
      if (task.result || signal.aborted) continue;
      let first: SubmissionResult | undefined;
      const result = await gradeOne(task, async (...about) => first = await grade(...about));
      if (result === undefined) continue;
      if (!first || questionsToRepeat(first).length === 0) await finish(task, result);
      else {
        toConfirm.push({ task, first });
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
    const { task, first } of toConfirm.sort((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task))
  ) {
    if (signal.aborted) break;
    const result = await gradeOne(
      task,
      (folder, signal, seed, own) =>
        confirm(first, (only) => grade(folder, signal, seed, own, only), options.rubric),
    );
    if (result) await finish(task, result);
  }
}

/** A folder name for each submission that has to be unpacked. */
export function ownFolders(submissions: readonly Submission[]): Map<Submission, string> {
  const names = fileNames(submissions.map(({ label }) => label));
  return new Map(submissions.map((submission, i) => [submission, names[i]]));
}
