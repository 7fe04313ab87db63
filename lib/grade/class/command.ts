/**
 * Grading a class from the command line.
 *
 * @module
 */
import type { OptionSpec } from "../../cli/command_line.ts";
import { EXIT_DONE, UsageError } from "../../cli/failure.ts";
import type { ParsedOptions } from "../../cli/options.ts";
import type { Rubric } from "../results/rubric.ts";
import { checkPoints } from "./decisions/decisions_file.ts";
import {
  type ClassOptions,
  type ClassStreams,
  gradeClass,
  type GradeSubmission,
} from "./grade_class.ts";

/** The options of a class, in the help's order. */
export const CLASS_OPTIONS: OptionSpec[] = [
  { name: "class", value: "FOLDER", help: "grade every submission in it" },
  { name: "out", value: "FOLDER", help: "where a class's results go" },
  { name: "gradebook", value: "FILE", help: "Moodle's or Canvas's export, to be filled in" },
  { name: "gradebook-column", value: "NAME", help: "its column, if several can be meant" },
  { name: "decide", help: 'decide: STUDENT QUESTION POINTS "sentence" follow' },
  { name: "jobs", value: "N", help: "how many submissions are graded at once" },
  { name: "fresh", help: "grade again what was graded before; STUDENT… may follow" },
];

/** A submission waits most of the time; more at once than this would wait for the processor. */
const JOBS_PER_CORE = 3;
const MAX_JOBS = 64;
/** Far more than any submission takes that does not hang. */
const LIMIT_MS = 180_000;
/** What shells make of a program's end by these. */
const EXIT_CODES: [Deno.Signal, number][] = [["SIGINT", 130], ["SIGTERM", 143]];

/**
 * Grades the class that `--class` names, until it is done or Ctrl+C stops it.
 *
 * @param given The command line.
 * @param cwd What its paths are relative to.
 * @param rubric What the answers are worth.
 * @param asked What else the results hang on.
 * @param grade Grades one submission.
 * @param streams Where lines for a person go.
 * @returns The exit code.
 * @throws {UsageError} If `--out` is missing.
 * @throws {Failure} If the class cannot be graded.
 */
export async function runClass(
  given: ParsedOptions,
  cwd: string,
  rubric: Rubric,
  asked: string,
  grade: GradeSubmission,
  streams: ClassStreams,
): Promise<number> {
  const path = (name: string) => {
    const text = given.text(name);
    return text === undefined ? undefined : absolute(text, cwd);
  };
  const [folder, out] = [path("class"), path("out")];
  if (folder === undefined) throw new UsageError("Cannot grade a class: --class names no folder");
  if (out === undefined) {
    throw new UsageError("Cannot grade a class: say with --out where the results go");
  }
  const [gradebook, gradebookColumn] = [path("gradebook"), given.text("gradebook-column")];
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
        folder,
        out,
        rubric,
        asked,
        ...decide && { decide },
        ...gradebook !== undefined && { gradebook },
        ...gradebookColumn !== undefined && { gradebookColumn },
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

/** What follows `--decide`. @throws {UsageError} If a part is missing or cannot be meant. */
function decisionOf(texts: readonly string[]): NonNullable<ClassOptions["decide"]> {
  const [student, question, points, sentence = "", ...more] = texts;
  const wrong = (why: string) => new UsageError(`Cannot read --decide: ${why}`);
  if (points === undefined || more.length > 0) {
    throw wrong('write --decide STUDENT QUESTION POINTS "sentence"');
  }
  checkPoints(points, wrong);
  return { student, question, points, sentence };
}

/** A path from the root, without `.`, `..` and what is twice. */
function absolute(path: string, cwd: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}
