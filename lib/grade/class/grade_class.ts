/**
 * Grades a class: several submissions at once, results as they come, and everything
 * that an instructor hands on at the end.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import type { SubmissionResult } from "../results/results.ts";
import { applyRubric, type Rubric } from "../results/rubric.ts";
import type { BlockingOutput } from "../../terminal/blocking_output.ts";
import { oneLine } from "../../terminal/show.ts";
import { chosen, decideClass, type NewDecision } from "./decisions/class_decisions.ts";
import { type ContentFile, hashFiles, listFiles, Unusable } from "./intake/contents.ts";
import { fileNames } from "./intake/file_names.ts";
import { type Gradebook, readGradebook } from "./exports/gradebook.ts";
import { type GradedSubmission, wantsLook } from "./graded/graded_submission.ts";
import { TooLate, withTimeLimit } from "./time_limit.ts";
import { type ClassOutcome, writeOutputs } from "./outputs.ts";
import { prepare } from "./intake/prepare.ts";
import { Progress } from "./progress.ts";
import { readEarlier, ResultsFile } from "./results_file.ts";
import { listSubmissions, type Submission } from "./intake/submissions.ts";
import { showSummary } from "./summary.ts";

/** What the command line asks for. */
export interface ClassOptions {
  /** The class's folder, as an absolute path. */
  folder: string;
  /** Where the results go, as an absolute path. */
  out: string;
  /** What the answers are worth. */
  rubric: Rubric;
  /** What else the results hang on, as text; where it differs, all is graded again. */
  asked: string;
  /** Moodle's or Canvas's export to fill in. */
  gradebook?: string;
  /** The header of the column for the marks in it, where several can be meant. */
  gradebookColumn?: string;
  /** A decision to add to those beside the class. */
  decide?: NewDecision;
  /** How many submissions are graded at once. */
  jobs: number;
  /** How long one may take. */
  limitMs: number;
  /** Whether to grade again what has been graded before: all, or these students alone. */
  fresh?: boolean | readonly string[];
  /** Whether a person sees `log` on a terminal. */
  terminal: boolean;
  /** Stops the work; what is done is kept. */
  signal: AbortSignal;
}

/**
 * Grades one submission.
 *
 * @throws {Failure} If it cannot be graded; with the exit code of wrong usage if nothing can be
 * on this machine, which ends the whole class.
 */
export type GradeSubmission = (folder: string, signal: AbortSignal) => Promise<SubmissionResult>;

/** Where lines for a person go. */
export interface ClassStreams {
  /** A line for each submission, and the summary. */
  out: BlockingOutput;
  /** The progress, redrawn, if it is a terminal. */
  log: BlockingOutput;
}

/** A submission on its way. */
interface Task {
  submission: Submission;
  /** Its files, and the hash of their content; none if they cannot be graded. */
  files: ContentFile[];
  key?: string;
  /** Its result, once there is one. */
  result?: GradedSubmission;
}

/**
 * Grades a class.
 *
 * @returns Whether all of it was graded; false if it was stopped.
 * @throws {Failure} If the folder, the gradebook or the results cannot be used.
 */
export async function gradeClass(
  options: ClassOptions,
  grade: GradeSubmission,
  { out, log }: ClassStreams,
): Promise<boolean> {
  const since = performance.now();
  const { folder, out: outFolder, signal, terminal } = options;
  const gradebook = await openGradebook(options);
  const { submissions, ignored } = await listSubmissions(folder, namesWithin(folder, outFolder));
  await makeFolder(outFolder, folder);
  const resultsPath = `${outFolder}/results.json`;
  const earlier = options.fresh === true ? new Map() : await readEarlier(resultsPath);
  const fresh = chosen(submissions, options.fresh);
  const tasks: Task[] = [];
  for (const submission of submissions) {
    if (signal.aborted) return false; // before anything of the earlier results is touched
    tasks.push(await lookUp(submission, options, fresh.has(submission) ? new Map() : earlier));
  }
  const file = new ResultsFile(resultsPath, tasks.length);
  for (const [i, { result }] of tasks.entries()) if (result) file.put(i, result);
  await file.write();
  const progress = new Progress(out, terminal ? log : undefined, tasks.length);
  globalThis.addEventListener("unhandledrejection", keepOn);
  try {
    await gradeTasks(tasks, file, progress, options, grade);
  } finally {
    globalThis.removeEventListener("unhandledrejection", keepOn);
    progress.end();
  }
  const done = tasks.filter((task): task is Task & { result: GradedSubmission } => !!task.result);
  const decided = await decideClass(done, folder, options.rubric, options.decide);
  for (const [i, result] of decided.results.entries()) file.put(tasks.indexOf(done[i]), result);
  await file.write();
  const outcome: ClassOutcome = {
    title: folder.slice(folder.lastIndexOf("/") + 1),
    submissions: done.map(({ submission }) => submission),
    results: decided.results,
    decisions: decided.decisions,
    ownFolders: ownFolders(submissions),
    handedIn: tasks.length,
  };
  const { notes: others, files } = await writeOutputs(outcome, outFolder, folder, gradebook);
  const notes = [...decided.notes, ...others];
  const seconds = (performance.now() - since) / 1000;
  for (const line of showSummary(outcome, { seconds, outFolder, files, notes, ignored })) {
    out.line(line);
  }
  return done.length === tasks.length;
}

/** What fails unseen while one is graded must not end the others: that one's result tells it. */
function keepOn(event: Event): void {
  event.preventDefault();
}

/** Grades what has no result yet, several at once. */
async function gradeTasks(
  tasks: Task[],
  file: ResultsFile,
  progress: Progress,
  options: ClassOptions,
  grade: GradeSubmission,
): Promise<void> {
  for (const { submission, result } of tasks) {
    if (result) progress.finish(submission, result, true);
  }
  const folders = ownFolders(tasks.map(({ submission }) => submission));
  const broken = new AbortController(); // what makes grading impossible stops the others too
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

/** Lists a submission's files, and finds the result that they had before. */
async function lookUp(
  submission: Submission,
  { rubric, asked }: ClassOptions,
  earlier: Map<string, GradedSubmission>,
): Promise<Task> {
  const { name, source, parts } = submission;
  try {
    const files = await listFiles(parts);
    const key = await hashFiles(files, [name, source, asked]);
    const result = earlier.get(key);
    return { submission, files, key, ...result && { result: applyRubric(result, rubric) } };
  } catch (error) {
    const why = error instanceof Unusable ? error.message : `It cannot be read: ${oneLine(error)}`;
    const result = applyRubric({ ...wantsLook(name, why), source }, rubric);
    return { submission, files: [], result };
  }
}

/** Grades one submission, whatever it is; undefined if the work was stopped. */
async function gradeTask(
  { submission, files, key }: Task,
  ownFolder: string,
  { rubric, limitMs, signal }: ClassOptions,
  grade: GradeSubmission,
): Promise<GradedSubmission | undefined> {
  const { name, source } = submission;
  const marked = (result: SubmissionResult, key?: string): GradedSubmission =>
    applyRubric({ ...result, name, source, ...key !== undefined && { key } }, rubric);
  const attempt = () =>
    withTimeLimit(
      async (own) => {
        const { folder, leftOut } = await prepare(submission, files, ownFolder, own);
        const result = await grade(folder, own);
        return { ...result, attempts: [...leftOut, ...result.attempts] };
      },
      limitMs,
      signal,
    );
  try {
    const result = await attempt().catch((error) => {
      // A machine that has much to do may have no box ready in time: once is no reason.
      if (!(error instanceof Failure) || endsAll(error) || signal.aborted) throw error;
      return attempt();
    });
    return signal.aborted ? undefined : marked(result, key);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (endsAll(error)) throw error;
    if (error instanceof Unusable) return marked(wantsLook(name, error.message), key);
    // Without a key: another run may have more luck.
    if (error instanceof TooLate) {
      return marked(wantsLook(name, `${error.message}; grade it alone with deno task grade`));
    }
    return marked(wantsLook(name, `The grader fails on it: ${oneLine(error)}`));
  }
}

/** Whether nothing can be graded; any other failure is that of one submission. */
function endsAll(error: unknown): boolean {
  return error instanceof Failure && error.exitCode === EXIT_USAGE;
}

/** A folder's name for each submission that has to be unpacked. */
function ownFolders(submissions: readonly Submission[]): Map<Submission, string> {
  const names = fileNames(submissions.map(({ label }) => label));
  return new Map(submissions.map((submission, i) => [submission, names[i]]));
}

async function openGradebook(
  { gradebook, gradebookColumn }: ClassOptions,
): Promise<Gradebook | undefined> {
  if (gradebook === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(gradebook);
  } catch (error) {
    throw new Failure(`Cannot read the gradebook ${gradebook}: ${(error as Error).message}`);
  }
  return readGradebook(bytes, gradebook, gradebookColumn);
}

/** The results may go into the class's folder: they are no submission. */
function namesWithin(folder: string, outFolder: string): string[] {
  return outFolder.startsWith(`${folder}/`)
    ? [outFolder.slice(folder.length + 1).split("/", 1)[0]]
    : [];
}

async function makeFolder(outFolder: string, folder: string): Promise<void> {
  if (outFolder === folder || folder.startsWith(`${outFolder}/`)) {
    throw new Failure(
      `Cannot write the results to ${outFolder}: the class is in it; name another folder with --out`,
    );
  }
  try {
    await Deno.mkdir(outFolder, { recursive: true });
  } catch (error) {
    throw new Failure(
      `Cannot write the results to ${outFolder}: ${
        (error as Error).message
      }; name another folder with --out`,
    );
  }
}
