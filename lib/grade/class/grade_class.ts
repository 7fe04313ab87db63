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
import { type Contents, hashFiles, listFiles, Unusable } from "./intake/contents.ts";
import { type NotRead, type SubmissionFiles, sumFiles } from "./graded/class_files.ts";
import { openClass } from "./intake/class_folder.ts";
import { fileNames } from "./intake/file_names.ts";
import { type Gradebook, type GradebookOptions, readGradebook } from "./exports/gradebook.ts";
import { type GradedSubmission, wantsLook } from "./graded/graded_submission.ts";
import { TooLate, withTimeLimit } from "./time_limit.ts";
import { type ClassOutcome, writeOutputs } from "./outputs.ts";
import { prepare, type Prepared } from "./intake/prepare.ts";
import { Progress } from "./progress.ts";
import { readEarlier, ResultsFile } from "./results_file.ts";
import type { Submission } from "./intake/submissions.ts";
import { showSummary } from "./summary.ts";

/** What the command line asks for. */
export interface ClassOptions {
  /** The class's folder, or a zip of it, as an absolute path. */
  folder: string;
  /** Where the results go, as an absolute path. */
  out: string;
  /** What the answers are worth. */
  rubric: Rubric;
  /** What else the results hang on, as text; where it differs, all is graded again. */
  asked: string;
  /** Moodle's or Canvas's export to fill in. */
  gradebook?: string;
  /** How the marks are filled in. */
  gradebookOptions?: GradebookOptions;
  /** How many submissions are graded at once. */
  jobs: number;
  /** How long one may take. */
  limitMs: number;
  /** Whether to grade again what has been graded before. */
  fresh?: boolean;
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

/** A submission that is graded, or will be. */
interface Task {
  submission: Submission;
  /** Its files. */
  contents: Contents;
  /** The hash of their content; none if they cannot be graded. */
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
  const { out: outFolder, signal, terminal } = options;
  const gradebook = await openGradebook(options);
  const { folder, title, submissions, notRead } = await openClass(
    options.folder,
    outFolder,
    signal,
  );
  const resultsPath = `${outFolder}/results.json`;
  const earlier = options.fresh ? new Map() : await readEarlier(resultsPath);
  const tasks: Task[] = [];
  for (const submission of submissions) {
    if (signal.aborted) return false; // nothing of the earlier results was changed
    tasks.push(await lookUp(submission, options, earlier));
  }
  const files = () => filesOf(tasks, notRead);
  const file = new ResultsFile(resultsPath, tasks.length, files);
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
  const outcome: ClassOutcome = {
    title,
    submissions: done.map(({ submission }) => submission),
    results: done.map(({ result }) => result),
    ownFolders: ownFolders(submissions),
    handedIn: tasks.length,
    files: files(),
  };
  const { notes, files: written } = await writeOutputs(outcome, outFolder, folder, gradebook);
  const seconds = (performance.now() - since) / 1000;
  for (const line of showSummary(outcome, { seconds, outFolder, files: written, notes })) {
    out.line(line);
  }
  return done.length === tasks.length;
}

/** The account of all files, as far as they are graded. */
function filesOf(tasks: readonly Task[], others: readonly NotRead[]) {
  const graded: SubmissionFiles[] = [];
  let waiting = 0;
  for (const { submission, contents, result } of tasks) {
    if (result?.files) graded.push(result.files);
    else waiting += countFiles(submission, contents);
  }
  return sumFiles(others, graded, waiting);
}

function countFiles({ notRead }: Submission, contents: Contents): number {
  return contents.files.length + contents.notRead.length + notRead.length;
}

/** An unhandled rejection while one submission is graded must not end the others. */
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
  const { name, source, parts, doubt } = submission;
  try {
    const contents = await listFiles(parts);
    const about = [name, source, doubt, JSON.stringify(rubric), asked];
    const key = await hashFiles(contents.files, about);
    const result = earlier.get(key);
    return { submission, contents, key, ...result && { result } };
  } catch (error) {
    const why = error instanceof Unusable ? error.message : `It cannot be read: ${oneLine(error)}`;
    const contents = { files: [], notRead: [{ file: source, why: because(why) }] };
    const files = noneRead(submission, contents, why);
    const result = applyRubric({ ...wantsLook(name, why), source, files }, rubric);
    return { submission, contents, result };
  }
}

/** Grades one submission, whatever it is; undefined if the work was stopped. */
async function gradeTask(
  { submission, contents, key }: Task,
  ownFolder: string,
  { rubric, limitMs, signal }: ClassOptions,
  grade: GradeSubmission,
): Promise<GradedSubmission | undefined> {
  const { name, source } = submission;
  const look = (why: string, key?: string): GradedSubmission => {
    const files = noneRead(submission, contents, why);
    const result = { ...wantsLook(name, why), source, files, ...key !== undefined && { key } };
    return applyRubric(result, rubric);
  };
  const attempt = () =>
    withTimeLimit(
      async (own) => {
        const prepared = await prepare(submission, contents.files, ownFolder, own);
        const result = await grade(prepared.folder, own);
        return { prepared, result };
      },
      limitMs,
      signal,
    );
  try {
    const { prepared, result } = await attempt().catch((error) => {
      // A busy machine may have no sandbox ready in time: one failure is no reason to give up.
      if (!(error instanceof Failure) || endsAll(error) || signal.aborted) throw error;
      return attempt();
    });
    if (signal.aborted) return undefined;
    const files: SubmissionFiles = {
      handedIn: countFiles(submission, contents),
      notRead: [...submission.notRead, ...contents.notRead, ...prepared.notRead],
      leftOut: prepared.leftOut,
    };
    const whole = { ...result, name, source, files, ...key !== undefined && { key } };
    return applyRubric(withDoubt(whole, submission, prepared), rubric);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (endsAll(error)) throw error;
    if (error instanceof Unusable) return look(error.message, key);
    // Without a key: the next run tries again.
    if (error instanceof TooLate) {
      return look(`${error.message}; grade it alone with deno task grade`);
    }
    return look(`The grader fails on it: ${oneLine(error)}`);
  }
}

/** A person has to look at a submission of which something was not read that may matter. */
function withDoubt(
  result: GradedSubmission,
  submission: Submission,
  prepared: Prepared,
): GradedSubmission {
  const isAbsent = Object.values(result.questions).some(({ verdict }) => verdict === "absent");
  const missed = isAbsent && prepared.notRead.length > 0
    ? `A program is absent, and ${prepared.notRead[0].file} was not read: ${
      prepared.notRead[0].why
    }`
    : "";
  const doubts = [submission.doubt, prepared.doubt, missed].filter((one) => one !== "");
  if (doubts.length === 0) return result;
  const why = [...doubts, ...result.why === "" ? [] : [result.why]].join(". ");
  return { ...result, state: "look", why };
}

/** The account of a submission of which no file was graded. */
function noneRead(submission: Submission, contents: Contents, why: string): SubmissionFiles {
  const notRead = [
    ...submission.notRead,
    ...contents.notRead,
    ...contents.files.map(({ source }) => ({ file: source, why: because(why) })),
  ];
  return { handedIn: notRead.length, notRead, leftOut: [] };
}

/** A sentence as the reason of another one. */
function because(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
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
  { gradebook, gradebookOptions }: ClassOptions,
): Promise<Gradebook | undefined> {
  if (gradebook === undefined) return undefined;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(gradebook);
  } catch (error) {
    throw new Failure(`Cannot read the gradebook ${gradebook}: ${oneLine(error)}; name a file`);
  }
  return readGradebook(bytes, gradebook, gradebookOptions);
}
