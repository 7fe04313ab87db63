/**
 * Grades one submission of a class.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import type { LabAnswers } from "../results/answer_texts.ts";
import type { GradeOptions } from "../grade_submission.ts";
import type { Question, SubmissionResult } from "../results/results.ts";
import { applyRubric, type Rubric } from "../results/rubric.ts";
import type { SubmissionFiles } from "./graded/handed_in.ts";
import { type GradedSubmission, wantsLook } from "./graded/graded_submission.ts";
import { type Contents, documentsOf, hashFiles, listFiles, Unusable } from "./intake/contents.ts";
import { prepare, type Prepared } from "./intake/prepare.ts";
import type { Submission } from "./intake/submissions.ts";
import { submissionSeed } from "./results_file.ts";
import { TooLate, withTimeLimit } from "./time_limit.ts";

/** What a submission's result depends on, beside its files. */
export interface TaskOptions {
  rubric: Rubric;
  /** Everything else, as text; if it differs, all submissions are graded again. */
  asked: string;
  /** Whether a lab file may name a program of any file name. */
  anyName?: boolean;
  /** What the lab's servers answer. */
  answers?: LabAnswers | undefined;
  seed: number;
  /** How long one submission may take, in milliseconds. */
  limitMs: number;
  signal: AbortSignal;
}

/**
 * Grades one submission.
 *
 * @throws {Failure} If it cannot be graded. The exit code `EXIT_USAGE` means that this machine can
 * grade no submission: it ends the class.
 */
export type GradeSubmission = (
  folder: string,
  signal: AbortSignal,
  seed: number,
  own?: NamedSettings,
  only?: readonly Question[],
) => Promise<SubmissionResult>;

/** The settings of one submission's programs in an instructor's lab file. */
export type OwnSettings = NonNullable<GradeOptions["lab"]>;

/** These settings, and their name in the lab file. */
export type NamedSettings = readonly [name: string, settings: OwnSettings];

/** A submission that is graded, or will be. */
export interface Task {
  submission: Submission;
  contents: Contents;
  /** The hash of their content; none if they cannot be graded. */
  key?: string;
  /** Its own settings in the instructor's lab file. */
  own?: NamedSettings;
  result?: GradedSubmission;
}

/** How many files a submission has in the class's folder. */
export function countFiles({ notRead }: Submission, contents: Contents): number {
  return contents.files.length + contents.notRead.length + notRead.length;
}

/** Lists a submission's files, and finds the result that they had before. */
export async function lookUp(
  submission: Submission,
  { rubric, asked, answers }: Pick<TaskOptions, "rubric" | "asked" | "answers">,
  earlier: Map<string, GradedSubmission>,
  own?: NamedSettings,
): Promise<Task> {
  const { name, source, parts, doubt } = submission;
  try {
    const contents = await listFiles(parts);
    const about = [name, source, doubt, asked, ...own ? [JSON.stringify(own[1])] : []];
    const key = await hashFiles(contents.files, about);
    const result = earlier.get(key);
    const marked = result && { result: applyRubric(result, rubric) };
    return { submission, contents, key, ...own && { own }, ...marked };
  } catch (error) {
    const [why, reason] = error instanceof Unusable
      ? [error.message, error.reason]
      : [`It cannot be read: ${oneLine(error)}`, "it cannot be read"];
    const contents = { files: [], notRead: [{ file: source, why: reason }] };
    const task = { submission, contents };
    return { ...task, result: ungraded(task, { rubric, answers }, why, reason) };
  }
}

/** Grades one submission; undefined after a stop. */
export async function gradeTask(
  task: Task,
  ownFolder: string,
  options: TaskOptions,
  grade: GradeSubmission,
): Promise<GradedSubmission | undefined> {
  const { submission, contents, key = "", own: settings } = task;
  const { rubric, limitMs, signal, seed, anyName } = options;
  const isAnyName = anyName || settings !== undefined;
  const work = async (own: AbortSignal) => {
    const prepared = await prepare(submission, contents.files, ownFolder, own, isAnyName);
    const ownSeed = submissionSeed(seed, key);
    return { prepared, result: await grade(prepared.folder, own, ownSeed, settings) };
  };
  const end = performance.now() + limitMs;
  const attempt = () => withTimeLimit(work, Math.max(0, end - performance.now()), signal);
  try {
    const { prepared, result } = await attempt().catch((error) => {
      // On a busy machine a sandbox may start too late: try once more.
      if (!(error instanceof Failure) || endsAll(error) || signal.aborted) throw error;
      return attempt();
    });
    if (signal.aborted) return undefined;
    const files: SubmissionFiles = {
      handedIn: countFiles(submission, contents),
      notRead: [...submission.notRead, ...contents.notRead, ...prepared.notRead],
      leftOut: prepared.leftOut,
    };
    const { name, source } = submission;
    const whole = { ...result, name, source, files, key };
    return applyRubric(withDoubt(whole, submission, prepared), rubric);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (endsAll(error)) throw error;
    if (error instanceof Unusable) {
      return { ...ungraded(task, options, error.message, error.reason), key };
    }
    // Without a key: the next run tries again.
    const [why, reason] = error instanceof TooLate
      ? [`${error.message}; grade it alone with deno task grade`, "grading takes too long"]
      : [`The grader fails on it: ${oneLine(error)}`, "the grader fails on it"];
    return ungraded(task, options, why, reason);
  }
}

/** The result of a submission of which no file was graded. */
function ungraded(
  { submission, contents }: Task,
  { rubric, answers }: Pick<TaskOptions, "rubric" | "answers">,
  why: string,
  reason: string,
): GradedSubmission {
  const { name, source } = submission;
  const toRead = documentsOf(contents.files);
  const notRead = [
    ...submission.notRead,
    ...contents.notRead,
    ...contents.files.filter((file) => !toRead.includes(file))
      .map(({ source }) => ({ file: source, why: reason })),
  ];
  const files = { handedIn: notRead.length + toRead.length, notRead, leftOut: [] };
  return applyRubric({ ...wantsLook(name, why, answers), source, files }, rubric);
}

/** Makes a result a `look` if a file that was not read may be a missing program. */
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

/** Whether a failure concerns the whole class: this machine cannot grade at all. */
function endsAll(error: unknown): boolean {
  return error instanceof Failure && error.exitCode === EXIT_USAGE;
}
