/**
 * What a command line asks for: the submission, the lab file, the rubric, the questions and the files
 * to write; and the command that repeats a run.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../cli/failure.ts";
import type { ParsedOptions } from "../cli/options.ts";
import { joinWords, splitWords } from "../cli/shell_words.ts";
import { besideClass } from "./class/intake/class_folder.ts";
import type { GradeOptions } from "./grade_submission.ts";
import { DEFAULT_LAB, type Lab, type ProgramSettings, readLab } from "./find/lab_file.ts";
import type { LabAnswers } from "./results/answer_texts.ts";
import {
  checkWritable,
  GRADER_VERSION,
  type GradingRecord,
  toCheck50,
  toGradescope,
  toResults,
} from "./results/result_files.ts";
import {
  MAX_SEED,
  PROGRAM_NAMES,
  type Question,
  QUESTIONS,
  type SubmissionResult,
} from "./results/results.ts";
import { defaultRubric, type Rubric } from "./results/rubric.ts";
import { toolVersions } from "./sandbox/tools.ts";
import { readRubricFile } from "./results/rubric_file.ts";
import { isFile } from "./sandbox/paths.ts";

/** The caller's folder; `deno task` itself runs in the project's folder. */
export const CALLERS_FOLDER = Deno.env.get("INIT_CWD") ?? Deno.cwd();

/** A path on the command line, as an absolute path. */
export function absolutePath(name: string): string {
  return resolve(CALLERS_FOLDER, name);
}

/**
 * Where the lab file or the rubric is: the one that was given, or else `NAME.lab.json` or
 * `NAME.rubric.json` beside the class `NAME`, if there is one.
 */
function pathOf(kind: "lab" | "rubric", given: ParsedOptions): string | undefined {
  const [named, folder] = [given.string(kind), given.string("class")];
  if (named !== undefined) return absolutePath(named);
  if (folder === undefined) return undefined;
  const beside = besideClass(absolutePath(folder), `${kind}.json`);
  return isFile(beside) ? beside : undefined;
}

/** The lab file and its path, or the assignment's own lab. @throws {UsageError} As readLab does. */
export async function labOf(given: ParsedOptions): Promise<Lab & { file?: string }> {
  const file = pathOf("lab", given);
  return file === undefined ? DEFAULT_LAB : { ...await readLab(file), file };
}

/** The lab file's settings for the programs of a submission that is graded alone. */
export function programsOf(
  { programs, submissions }: Lab,
  student: string | undefined,
): ProgramSettings {
  if (student === undefined) return programs;
  if (!Object.hasOwn(submissions, student)) {
    throw new UsageError(
      `Cannot find "${student}" in the lab file: its "submissions" has no such name`,
    );
  }
  return { ...programs, ...submissions[student] };
}

/** The options that a submission's questions depend on, beside its programs. */
export function labOptions(
  { answers, file }: Lab & { file?: string },
): { answers: LabAnswers; labPath?: string } {
  return { answers, ...file !== undefined && { labPath: file } };
}

/** The rubric that was given, or the default one. */
export async function rubricOf(given: ParsedOptions, answers: LabAnswers): Promise<Rubric> {
  const file = pathOf("rubric", given);
  if (file === undefined) return defaultRubric(answers);
  return (await readRubricFile(file, given.string("rubric"), answers)).rubric;
}

/** The record of a run. */
export async function recordOf(
  given: ParsedOptions,
  rubric: Rubric,
  lab: Lab & { file?: string },
  seed: number,
): Promise<GradingRecord> {
  const rubricFile = pathOf("rubric", given);
  return {
    grader: GRADER_VERSION,
    deno: Deno.version.deno,
    tools: await toolVersions(),
    rubric: { ...rubricFile !== undefined && { file: rubricFile }, content: rubric },
    lab: { ...lab.file !== undefined && { file: lab.file }, answers: lab.answers },
    seed,
  };
}

/**
 * The command that grades the same submission with the same texts.
 *
 * @param student The student whose settings in the lab file are used.
 */
export function commandFor(
  given: ParsedOptions,
  folder: string | undefined,
  seed: number,
  labPath: string | undefined,
  student = given.string("student"),
): string {
  const options: [name: string, value: string | undefined][] = [
    ...PROGRAM_NAMES.map((name): [string, string | undefined] => [name, given.string(name)]),
    ["lab", labPath],
    ["student", student],
    ["rubric", pathOf("rubric", given)],
  ];
  const kept = options.flatMap(([name, value]) => value === undefined ? [] : [`--${name}`, value]);
  const named = folder === undefined ? [] : [absolutePath(folder)];
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const words = ["deno", "task", "--config", config, "grade", ...named, ...kept];
  return joinWords([...words, "--verbose", "--seed", `${seed}`]);
}

/** The options that name a file for the results, and its shape. */
const FILES = {
  json: (one: SubmissionResult, record: GradingRecord) => toResults([one], record),
  check50: toCheck50,
  gradescope: toGradescope,
};

/** The command line for one submission, read and checked. */
export interface Order {
  folder: string | undefined;
  options: GradeOptions;
  verbose: boolean;
  unsafe: boolean;
  files: [path: string, shape: (one: SubmissionResult, record: GradingRecord) => unknown][];
  record: () => Promise<GradingRecord>;
}

/** Reads and checks a command line. @throws {UsageError} If it is not valid. */
export async function readOrder(given: ParsedOptions): Promise<Order> {
  if (given.texts.length > 1) {
    throw new UsageError(`Cannot read "${given.texts[1]}": one folder is graded at a time`);
  }
  const lab = await labOf(given);
  const { answers } = lab;
  const programs = { ...programsOf(lab, given.string("student")) };
  for (const name of PROGRAM_NAMES) {
    const run = given.string(name);
    if (run === undefined) continue;
    try {
      splitWords(run);
    } catch (error) {
      throw new UsageError(`Cannot read --${name}: ${(error as Error).message}`);
    }
    programs[name] = { ...programs[name], run };
  }
  const named = given.texts[0] ?? (Object.keys(programs).length > 0 ? "." : undefined);
  const folder = named === undefined ? undefined : absolutePath(named);
  if (folder !== undefined && !existsSync(folder)) {
    throw new UsageError(`Cannot grade ${named}: there is no such folder or archive`);
  }
  const rubric = await rubricOf(given, answers);
  const only = given.string("only")?.split(",").map((word) => word.trim());
  const unknown = only?.find((word) => !QUESTIONS.some((question) => question === word));
  if (unknown !== undefined) {
    throw new UsageError(
      `Cannot find the question "${unknown}": there are ${QUESTIONS.join(", ")}`,
    );
  }
  const random = crypto.getRandomValues(new Uint32Array(1))[0] % MAX_SEED;
  const seed = given.integer("seed", random, 0, MAX_SEED);
  const files: Order["files"] = [];
  for (const [name, shape] of Object.entries(FILES)) {
    const file = given.string(name);
    if (file === undefined) continue;
    await checkWritable(absolutePath(file));
    files.push([absolutePath(file), shape]);
  }
  return {
    folder,
    options: {
      lab: programs,
      ...labOptions(lab),
      rubric,
      seed,
      command: commandFor(given, named, seed, lab.file),
      ...only && { only: only as Question[] },
    },
    verbose: given.has("verbose"),
    unsafe: given.has("unsafe"),
    files,
    record: () => recordOf(given, rubric, lab, seed),
  };
}
