/**
 * Grades a class, several submissions at once. Each result is stored as soon as it is known;
 * the page and the other files are written at the end.
 *
 * @module
 */
import { basename } from "node:path";
import { type GradedSubmission, withRubricFile } from "./graded/graded_submission.ts";
import { Failure } from "../../cli/failure.ts";
import type { BlockingOutput } from "../../terminal/blocking_output.ts";
import { oneLine } from "../../terminal/show.ts";
import { compareClass, gradeTasks } from "./grade_tasks.ts";
import {
  addDecision,
  type Decision,
  decisionsPath,
  mergeDecisions,
  readDecisions,
} from "./decisions/decisions_file.ts";
import { GRADER_VERSION, type GradingRecord } from "../results/result_files.ts";
import { bySubmission, chosen, isAbout, openClass } from "./intake/class_folder.ts";
import {
  applyDecisions,
  applyToClass,
  completed,
  decisionsBySubmission,
  type NewDecision,
  resolved,
  withDelay,
} from "./decisions/apply_decisions.ts";
import { outcomeOf } from "./decisions/decision_sentences.ts";
import {
  fromGradebook,
  type Gradebook,
  type GradebookOptions,
  readGradebook,
} from "./exports/gradebook.ts";
import { type NotRead, type SubmissionFiles, sumFiles } from "./graded/handed_in.ts";
import {
  countFiles,
  type GradeSubmission,
  lookUp,
  type OwnSettings,
  type Task,
  type TaskOptions,
} from "./grade_task.ts";
import { documentsOf } from "./intake/contents.ts";
import { checkEmpty, type ClassOutcome, writeOutputs, writeUnpacked } from "./outputs.ts";
import { counted } from "../results/results.ts";
import type { Rubric } from "../results/rubric.ts";
import type { Submission } from "./intake/submissions.ts";
import { type Decided, Progress, showSummary } from "./screen.ts";
import { classSeed, readEarlier, ResultsFile } from "./results_file.ts";

/** How to grade a class. */
export interface ClassOptions extends Omit<TaskOptions, "seed"> {
  /** The seed of the class's texts; by default a random one, stored for later runs. */
  seed?: number;
  /** The class's folder, or a zip of it, as an absolute path. */
  folder: string;
  /** Where the results go, as an absolute path. */
  out: string;
  /** Moodle's or Canvas's export to fill in. */
  gradebook?: string | undefined;
  gradebookOptions?: GradebookOptions;
  /** A decision to add to those beside the class. */
  decide?: NewDecision | undefined;
  /** The record of a run with a seed, for page, results and feedback. */
  record?: (seed: number) => Promise<GradingRecord>;
  /** The lab file's settings for single submissions, by a student's or a submission's name. */
  ownSettings?: Readonly<Record<string, OwnSettings>>;
  /** Whether to say which verdicts would change, and to change nothing. */
  compare?: boolean;
  /** Another file of decisions, whose decisions are added to those beside the class. */
  merge?: string | undefined;
  /** A new folder for what was graded, one folder for each student. */
  unpacked?: string | undefined;
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
  if (options.unpacked !== undefined) await checkEmpty(options.unpacked);
  const opened = await openClass(options.folder, outFolder, signal);
  const known = knownFrom(gradebook, opened.submissions, options.rubric);
  const resultsPath = `${outFolder}/results.json`;
  const seed = options.seed ?? await classSeed(resultsPath);
  const settings = { ...options, seed, asked: `${options.asked} ${seed}` };
  const tasks = await tasksOf(opened.submissions, settings, resultsPath);
  if (tasks === undefined) return false; // nothing of the earlier results was changed
  const decider = await deciderOf(opened.submissions, known, options);
  const progress = new Progress(out, terminal ? log : undefined, tasks.length, decider.decided);
  if (options.compare) {
    const lines = await compareClass(tasks, progress, settings, grade, decider.decided);
    lines.forEach((line) => out.line(line));
    return true;
  }
  const record = await options.record?.(seed);
  const files = () => filesOf(tasks, opened.notRead);
  const head = () => ({ seed, ...record && { record }, files: files() });
  const file = new ResultsFile(resultsPath, head);
  for (const [i, task] of tasks.entries()) {
    if (!task.result) continue;
    if (record) task.result = withRubricFile(task.result, record.rubric.file);
    file.put(i, task.result);
  }
  await file.write();
  await gradeTasks(tasks, file, progress, settings, grade);
  const done = tasks.filter((task): task is DoneTask => !!task.result);
  const decided = await decideTasks(done, decider, options);
  for (const [i, result] of decided.results.entries()) file.put(tasks.indexOf(done[i]), result);
  await file.write();
  const outcome: ClassOutcome = {
    title: opened.title,
    submissions: done.map(({ submission }) => submission),
    results: decided.results,
    decisions: decided.decisions,
    contents: done.map(({ contents }) => contents.files),
    handedIn: tasks.length,
    files: files(),
    ...record && { record },
  };
  const written = await writeOutputs(outcome, outFolder, opened.folder, gradebook);
  const copied = options.unpacked === undefined
    ? []
    : await writeUnpacked(outcome.submissions, outFolder, options.unpacked);
  const notes = [...copied, ...olderVersions(done), ...decided.notes, ...written.notes];
  const seconds = (performance.now() - since) / 1000;
  const about = { seconds, outFolder, files: written.files, notes };
  showSummary(outcome, about).forEach((line) => out.line(line));
  return done.length === tasks.length;
}

type DoneTask = Task & { result: GradedSubmission };

/** The gradebook's data on each submission; also copies its names to the submissions. */
function knownFrom(
  gradebook: Gradebook | undefined,
  submissions: readonly Submission[],
  rubric: Rubric,
): Map<Submission, { days?: number }> {
  if (!gradebook) return new Map();
  const students = submissions.map((submission) => submission.students);
  const known = fromGradebook(gradebook, students, rubric.late.due);
  for (const [i, { name }] of known.entries()) {
    if (name !== undefined) submissions[i].gradebookName = name;
  }
  return new Map(known.map((one, i) => [submissions[i], one]));
}

/** The submissions with their stored results; undefined after a stop. */
async function tasksOf(
  submissions: readonly Submission[],
  settings: ClassOptions & TaskOptions,
  resultsPath: string,
): Promise<Task[] | undefined> {
  const earlier = settings.fresh === true ? new Map() : await readEarlier(resultsPath);
  const fresh = chosen(submissions, settings.fresh);
  const own = bySubmission(submissions, settings.ownSettings ?? {});
  const tasks: Task[] = [];
  for (const submission of submissions) {
    if (settings.signal.aborted) return undefined;
    const stored = fresh.has(submission) ? new Map() : earlier;
    tasks.push(await lookUp(submission, settings, stored, own.get(submission)));
  }
  return tasks;
}

/** What turns a result into what a person reads. */
interface Decider {
  /** A result with the gradebook's name and dates. */
  named: Decided;
  /** The same with the decisions that are in the file when a run starts. */
  decided: Decided;
  /** Sentences about decisions of a colleague that were added. */
  merged: string[];
}

/** Reads the decisions, after adding those of `--merge`. */
async function deciderOf(
  submissions: readonly Submission[],
  known: ReadonlyMap<Submission, { days?: number }>,
  { folder, rubric, merge, compare }: ClassOptions,
): Promise<Decider> {
  const path = decisionsPath(folder);
  const merged = merge === undefined || compare
    ? []
    : await mergeDecisions(path, merge, (one) => resolved(one, submissions));
  const { own } = decisionsBySubmission(submissions, await readDecisions(path));
  const named: Decided = (submission, result) => {
    const { gradebookName: name = result.name } = submission;
    return withDelay({ ...result, name }, known.get(submission)?.days ?? 0, rubric);
  };
  const decided: Decided = (one, result) =>
    applyDecisions(named(one, result), own.get(one) ?? [], rubric, one.label).result;
  return { named, decided, merged };
}

/** The results with the decisions of a person, after adding that of `--decide`. */
async function decideTasks(
  done: readonly DoneTask[],
  { named, merged }: Decider,
  { folder, rubric, decide }: ClassOptions,
) {
  const graded = done.map(({ submission, result }) => (
    { submission, result: named(submission, result) }
  ));
  const path = decisionsPath(folder);
  const submissions = done.map(({ submission }) => submission);
  const resolve = (one: Decision) => resolved(one, submissions);
  const made = decide && completed(decide, graded);
  const isNew = made && !await addDecision(path, made, resolve);
  const decisions = (await readDecisions(path)).map(resolve);
  const { results, notes } = applyToClass(graded, decisions, rubric);
  const count = decisions.length;
  const read = count === 0 ? [] : [`${counted(count, "decision")} by hand, from ${basename(path)}`];
  const said: string[] = [];
  if (made?.points === "none" && isNew) {
    said.push(`${made.student}, ${made.question}: there was no decision to take back`);
  } else if (made) {
    const at = graded.findIndex(({ submission }) => isAbout(made, submission));
    said.push(outcomeOf(made, results[at], rubric));
  }
  return { results, decisions, notes: [...merged, ...said, ...read, ...notes] };
}

function filesOf(tasks: readonly Task[], others: readonly NotRead[]) {
  const graded: SubmissionFiles[] = [];
  const documents: string[] = [];
  let waiting = 0;
  for (const { submission, contents, result } of tasks) {
    if (result?.files) {
      graded.push(result.files);
      documents.push(...documentsOf(contents.files).map(({ source }) => source));
    } else waiting += countFiles(submission, contents);
  }
  return sumFiles(others, graded, documents, waiting);
}

/** A note on results that another version of the grader has stored. */
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
