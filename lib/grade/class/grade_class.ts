/**
 * Grades a class: several submissions at once. Each result is written when it is there,
 * the page and the other files at the end.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import type { BlockingOutput } from "../../terminal/blocking_output.ts";
import { oneLine } from "../../terminal/show.ts";
import { compareClass } from "./compare.ts";
import { decisionsPath, mergeDecisions } from "./decisions/decisions_file.ts";
import { gradeTasks, ownFolders } from "./grade_tasks.ts";
import { GRADER_VERSION } from "../results/record.ts";
import { bySubmission, chosen } from "./intake/named_submissions.ts";
import { withDelay } from "./decisions/apply_decisions.ts";
import { decideClass, type NewDecision } from "./decisions/class_decisions.ts";
import {
  fromGradebook,
  type Gradebook,
  type GradebookOptions,
  readGradebook,
} from "./exports/gradebook.ts";
import { type NotRead, type SubmissionFiles, sumFiles } from "./graded/class_files.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import {
  countFiles,
  type GradeSubmission,
  lookUp,
  type OwnSettings,
  type Task,
  type TaskOptions,
} from "./grade_task.ts";
import type { GradingRecord } from "../results/record.ts";
import { openClass } from "./intake/class_folder.ts";
import { type ClassOutcome, writeOutputs } from "./outputs.ts";
import { Progress } from "./progress.ts";
import { readEarlier, ResultsFile } from "./results_file.ts";
import { classSeed } from "./seeds.ts";
import { showSummary } from "./summary.ts";

/** How to grade a class. */
export interface ClassOptions extends Omit<TaskOptions, "seed"> {
  /** The seed of the class's texts; without it one is drawn and kept. */
  seed?: number;
  /** The class's folder, or a zip of it, as an absolute path. */
  folder: string;
  /** Where the results go, as an absolute path. */
  out: string;
  /** Moodle's or Canvas's export to fill in. */
  gradebook?: string;
  /** How the marks are filled in. */
  gradebookOptions?: GradebookOptions;
  /** A decision to add to those beside the class. */
  decide?: NewDecision;
  /** The record of a run with a seed, for page, results and feedback. */
  record?: (seed: number) => Promise<GradingRecord>;
  /** The lab file's settings for single submissions, by a student's or a submission's name. */
  ownSettings?: Readonly<Record<string, OwnSettings>>;
  /** Whether to say which verdicts would change, and to change nothing. */
  compare?: boolean;
  /** Another file of decisions, whose decisions are added to those beside the class. */
  merge?: string;
  /** How many submissions are graded at once. */
  jobs: number;
  /** Whether to grade again what has been graded before: all, or these students alone. */
  fresh?: boolean | readonly string[];
  /** Whether a person sees `log` on a terminal. */
  terminal: boolean;
}

/** The outputs for a person. */
export interface ClassStreams {
  /** Gets a line for each submission, and the summary. */
  out: BlockingOutput;
  /** Gets the progress, redrawn, if it is a terminal. */
  log: BlockingOutput;
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
  const students = submissions.map((submission) => submission.students);
  const known = gradebook ? fromGradebook(gradebook, students, options.rubric.late.due) : [];
  for (const [i, { name }] of known.entries()) {
    if (name !== undefined) submissions[i].gradebookName = name;
  }
  const resultsPath = `${outFolder}/results.json`;
  const seed = options.seed ?? await classSeed(resultsPath);
  const settings = { ...options, seed, asked: `${options.asked} ${seed}` };
  const earlier = options.fresh === true ? new Map() : await readEarlier(resultsPath);
  const fresh = chosen(submissions, options.fresh);
  const own = bySubmission(submissions, options.ownSettings ?? {});
  const tasks: Task[] = [];
  for (const submission of submissions) {
    if (signal.aborted) return false; // nothing of the earlier results was changed
    const stored = fresh.has(submission) ? new Map() : earlier;
    tasks.push(await lookUp(submission, settings, stored, own.get(submission)));
  }
  const record = await options.record?.(seed);
  if (options.compare) {
    const again = new Progress(out, terminal ? log : undefined, tasks.length);
    for (const line of await compareClass(tasks, again, settings, grade)) out.line(line);
    return true;
  }
  const files = () => filesOf(tasks, notRead);
  const file = new ResultsFile(resultsPath, tasks.length, files, seed, record);
  for (const [i, { result }] of tasks.entries()) if (result) file.put(i, result);
  await file.write();
  const progress = new Progress(out, terminal ? log : undefined, tasks.length);
  await gradeTasks(tasks, file, progress, settings, grade);
  const done = tasks.filter((task): task is Task & { result: GradedSubmission } => !!task.result);
  const named = done.map((task) => {
    const { gradebookName: name = task.result.name } = task.submission;
    const { days = 0 } = known[submissions.indexOf(task.submission)] ?? {};
    return { ...task, result: withDelay({ ...task.result, name }, days, options.rubric) };
  });
  const merged = options.merge === undefined
    ? []
    : await mergeDecisions(decisionsPath(options.folder), options.merge);
  const decided = await decideClass(named, options.folder, options.rubric, options.decide);
  for (const [i, result] of decided.results.entries()) file.put(tasks.indexOf(done[i]), result);
  await file.write();
  const outcome: ClassOutcome = {
    title,
    submissions: done.map(({ submission }) => submission),
    results: decided.results,
    decisions: decided.decisions,
    ownFolders: ownFolders(submissions),
    handedIn: tasks.length,
    files: files(),
    ...record && { record },
  };
  const { notes: others, files: written } = await writeOutputs(
    outcome,
    outFolder,
    folder,
    gradebook,
  );
  const notes = [...olderVersions(done), ...merged, ...decided.notes, ...others];
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

/** Says which verdicts are those of another version of the grader. */
function olderVersions(done: readonly { result: GradedSubmission }[]): string[] {
  const older = done.flatMap(({ result: { grader } }) =>
    grader === undefined || grader === GRADER_VERSION ? [] : [grader]
  );
  const versions = [...new Set(older)].join(", ");
  return older.length === 0 ? [] : [
    `${older.length} submissions were graded by grader ${versions}, this is ${GRADER_VERSION}: ` +
    "--compare says which verdicts would change",
  ];
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
