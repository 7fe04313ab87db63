/**
 * Grades the submissions of a class, several at once.
 *
 * @module
 */
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
  for (const { submission, result } of tasks) {
    if (result) progress.finish(submission, result, true);
  }
  const folders = ownFolders(tasks.map(({ submission }) => submission));
  // If grading is impossible on this machine, the other workers stop too.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const left = tasks.entries();
  const worker = async () => {
    for (const [i, task] of left) {
      if (task.result || signal.aborted) continue;
      const { submission } = task;
      progress.start(submission);
      const ownFolder = `${options.out}/submissions/${folders.get(submission)}`;
      const result = await gradeTask(task, ownFolder, { ...options, signal }, grade);
      if (result === undefined) continue;
      task.result = result;
      file.put(i, result);
      progress.finish(submission, result, false);
      await file.write();
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
}

/** A folder name for each submission that has to be unpacked. */
export function ownFolders(submissions: readonly Submission[]): Map<Submission, string> {
  const names = fileNames(submissions.map(({ label }) => label));
  return new Map(submissions.map((submission, i) => [submission, names[i]]));
}
