/**
 * Grading a class from the command line.
 *
 * @module
 */
import { resolve } from "node:path";
import type { OptionSpec } from "../../cli/command_line.ts";
import { EXIT_DONE, UsageError } from "../../cli/failure.ts";
import type { ParsedOptions } from "../../cli/options.ts";
import { MAX_SEED } from "../results/results.ts";
import { checkPoints } from "./decisions/decisions_file.ts";
import type { GradebookOptions } from "./exports/gradebook.ts";
import { type ClassOptions, type ClassStreams, gradeClass } from "./grade_class.ts";
import type { GradeSubmission } from "./grade_task.ts";

/** The options of a class, in the help's order. */
export const CLASS_OPTIONS: OptionSpec[] = [
  { name: "class", value: "PATH", help: "grade each submission in this folder or zip" },
  { name: "out", value: "FOLDER", help: "where a class's results go" },
  { name: "gradebook", value: "FILE", help: "Moodle's or Canvas's export, to be filled in" },
  { name: "gradebook-column", value: "NAME", help: "the title of its column for marks" },
  { name: "gradebook-max", value: "MARKS", help: "that column's maximum" },
  { name: "overwrite", help: "replace marks that are in the gradebook" },
  { name: "zero-missing", help: "give 0 to students without a submission" },
  { name: "decide", help: 'decide: STUDENT QUESTION POINTS "sentence" follow' },
  { name: "merge", value: "FILE", help: "add the decisions of another decisions file" },
  { name: "unpacked", value: "FOLDER", help: "copy what was graded there, a folder a student" },
  { name: "compare", help: "say which stored verdicts would change; change nothing" },
  { name: "jobs", value: "N", help: "how many submissions are graded at once" },
  { name: "fresh", help: "grade again what was graded before; STUDENT… may follow" },
];

/** A submission mostly waits: several share a core. Sixteen at once take about 1.3 GB of memory. */
const JOBS_PER_CORE = 8;
const MAX_JOBS = 64;
const MAX_MARKS = 1e6;
/** The time limit of one submission; only one that hangs takes longer. */
const LIMIT_MS = 180_000;
/** The exit codes that shells give for these signals. */
const EXIT_CODES: [Deno.Signal, number][] = [["SIGINT", 130], ["SIGTERM", 143]];

/**
 * Grades the class that `--class` names, until all is graded or a signal stops it.
 *
 * @param cwd The folder that relative paths start from.
 * @param lab The rubric, the questions, and all else that the results depend on.
 * @param streams Where lines for a person go.
 * @returns The exit code.
 * @throws {UsageError} If `--out` is missing.
 * @throws {Failure} If the class cannot be graded.
 */
export async function runClass(
  given: ParsedOptions,
  cwd: string,
  lab: Pick<ClassOptions, "rubric" | "answers" | "asked" | "record" | "ownSettings" | "anyName">,
  grade: GradeSubmission,
  streams: ClassStreams,
): Promise<number> {
  const path = (name: string) => {
    const text = given.string(name);
    return text === undefined ? undefined : resolve(cwd, text);
  };
  const [folder, out] = [path("class"), path("out")];
  if (folder === undefined) throw new UsageError("Cannot grade a class: --class names no folder");
  if (out === undefined) {
    throw new UsageError("Cannot grade a class: say with --out where the results go");
  }
  const [gradebook, merge, unpacked] = [path("gradebook"), path("merge"), path("unpacked")];
  const decide = given.has("decide") ? decisionOf(given.texts) : undefined;
  const stop = new AbortController();
  let stopped: number | undefined;
  const listeners = EXIT_CODES.map(([signal, code]) => {
    const listener = () => {
      stopped ??= code;
      stop.abort();
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  try {
    const jobs = navigator.hardwareConcurrency * JOBS_PER_CORE;
    await gradeClass(
      {
        ...lab,
        ...{ folder, out, decide, merge, unpacked, gradebook },
        compare: given.has("compare"),
        gradebookOptions: gradebookOptions(given),
        ...given.has("seed") && { seed: given.integer("seed", 0, 0, MAX_SEED) },
        jobs: given.integer("jobs", Math.min(jobs, MAX_JOBS), 1, MAX_JOBS),
        limitMs: LIMIT_MS,
        fresh: given.has("fresh") &&
          (decide !== undefined || given.texts.length === 0 || given.texts),
        terminal: Deno.stderr.isTerminal(),
        signal: stop.signal,
      },
      grade,
      streams,
    );
    return stopped ?? EXIT_DONE;
  } finally {
    for (const remove of listeners) remove();
  }
}

/** The words after `--decide`. @throws {UsageError} If a part is missing or not valid. */
function decisionOf(texts: readonly string[]): NonNullable<ClassOptions["decide"]> {
  const [student, question, points, sentence = "", ...more] = texts;
  const wrong = (why: string) => new UsageError(`Cannot read --decide: ${why}`);
  if (points === undefined || more.length > 0) {
    throw wrong('write --decide STUDENT QUESTION POINTS "sentence", once in a command');
  }
  checkPoints(points, wrong);
  return { student, question, points, sentence };
}

/** How marks are filled into the gradebook. */
function gradebookOptions(given: ParsedOptions): GradebookOptions {
  const [column, max] = [given.string("gradebook-column"), given.string("gradebook-max")];
  const maximum = max === undefined ? undefined : Number(max.replace(",", "."));
  if (maximum !== undefined && !(maximum > 0 && maximum <= MAX_MARKS)) {
    throw new UsageError(`Cannot read --gradebook-max ${max}: it must be a number above 0`);
  }
  const [overwrite, zeroMissing] = [given.has("overwrite"), given.has("zero-missing")];
  return { column, max: maximum, overwrite, zeroMissing };
}
