/**
 * Results for other programs: our own shape with the record of a run (everything that the verdicts
 * depend on, so that another person can repeat the run), check50's and Gradescope's; and how files are
 * written.
 *
 * - https://cs50.readthedocs.io/projects/check50/en/latest/json_specification/
 * - https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };
import type { AnswerSpec, LabAnswers } from "./answer_texts.ts";
import { languageOf } from "./language_table.ts";
import type { Rubric } from "./rubric.ts";
import type { Answer, Evidence, SubmissionResult } from "./results.ts";
import { Failure, UsageError } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import { type Question, questionTitle } from "./questions.ts";
import { withoutLabLines } from "./quoted_text.ts";
import { fileURLToPath } from "node:url";

/** The version of the grader. */
export const GRADER_VERSION: string = config.version;

/** Everything that the verdicts of a run depend on. */
export interface GradingRecord {
  /** The grader's version, from deno.json. */
  grader: string;
  deno: string;
  /** The compilers and interpreters of this machine, with their versions. */
  tools: Record<string, string>;
  /** The rubric, and its file; no file for the default. */
  rubric: { file?: string; content: Rubric };
  /** The answers of the lab's servers, and the lab file if there is one. */
  lab: { file?: string; answers: LabAnswers };
  /** The seed of the texts; in a class, each submission's seed is computed from it. */
  seed: number;
}

/** A results file. */
export interface Results {
  version: 2;
  record?: GradingRecord;
  submissions: SubmissionResult[];
}

/** The lines about a run for the page. */
export function recordLines(record: GradingRecord): string[] {
  const { grader, deno, tools, rubric, lab, seed } = record;
  const { server1, server2 } = lab.answers;
  const pairs = server2 === undefined
    ? `the server answers ${showSpec(server1)}`
    : `server1 answers ${showSpec(server1)}, server2 ${showSpec(server2)}`;
  const installed = Object.entries(tools).map(([name, version]) => `${name} ${version}`);
  return [
    `Grader ${grader}, Deno ${deno}`,
    `Compilers and interpreters: ${installed.join(", ") || "none found"}`,
    `Rubric: ${rubric.file ?? "the default"}, ${rubric.content.total} marks`,
    `Lab: ${lab.file ?? "the assignment's own"}; ${pairs}`,
    `Seed: ${seed}`,
  ];
}

/** The sentence about a run for one student: it names the tools of this student's programs only. */
export function recordSentence(
  { grader, deno, tools, rubric, lab }: GradingRecord,
  { programs, seed }: SubmissionResult,
): string {
  const files = Object.values(programs).flatMap(({ files }) => files);
  const names = files.map((file) => languageOf(file)?.tool ?? "");
  const used = [...new Set(names)].filter((name) => tools[name] !== undefined)
    .map((name) => `${name} ${tools[name]}`);
  const about = [`Deno ${deno}`, ...used.filter((tool) => !tool.startsWith("deno "))].join(", ");
  const file = (path?: string) => path?.split("/").at(-1);
  return `Graded by the networks lab's grader ${grader} (${about}); rubric: ${
    file(rubric.file) ?? "the default"
  }; lab: ${file(lab.file) ?? "the assignment's own"}${
    seed === undefined ? "" : `; seed of the texts: ${seed}`
  }.`;
}

function showSpec(spec: AnswerSpec): string {
  return typeof spec === "string" ? spec : `as the command ${spec.command}`;
}

/** Our own results file. */
export function toResults(submissions: SubmissionResult[], record?: GradingRecord): Results {
  return { version: 2, ...record && { record }, submissions };
}

/** Checks before grading that a file can be written. @throws {UsageError} If it cannot. */
export async function checkWritable(path: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, "", { append: true });
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${oneLine(error)}; name a file that can be`);
  }
}

function entries({ questions }: SubmissionResult): [Question, Answer][] {
  return Object.entries(questions) as [Question, Answer][];
}

/** The shape of check50's JSON. */
export function toCheck50(result: SubmissionResult): unknown {
  const { answers } = result;
  return {
    slug: "networks-lab/assignment1",
    version: "2.0.0",
    results: entries(result).map(([name, { verdict, why, evidence, points, max }]) => ({
      name,
      description: questionTitle(name, answers),
      passed: verdict === "look" || verdict === "not run" ? null : verdict === "right",
      log: evidence.flatMap(lines),
      cause: verdict === "right" ? null : {
        rationale: why,
        help: null,
        ...evidence[0]?.expected !== undefined && { expected: evidence[0].expected },
        ...evidence[0]?.shown !== undefined && { actual: evidence[0].shown },
      },
      data: { verdict, points, max },
      dependency: null,
    })),
  };
}

/** The shape of Gradescope's results.json. */
export function toGradescope(result: SubmissionResult): unknown {
  return {
    execution_time: Math.round(result.seconds),
    score: result.marks,
    output: [
      `${result.marks} of ${result.max} marks; questions that cannot be run here have none.`,
      ...result.remarks.map(({ text }) => `- ${text}`),
    ].join("\n"),
    tests: entries(result).filter(([, { verdict }]) => verdict !== "not run").map((
      [number, { verdict, points, max, why, evidence, again }],
    ) => ({
      name: questionTitle(number, result.answers),
      number,
      score: points,
      max_score: max,
      status: verdict === "right" ? "passed" : "failed",
      output: [
        verdict === "look" ? "a person has to look at this" : verdict,
        withoutLabLines(why),
        ...verdict === "right" ? [] : evidence.flatMap(lines),
        ...again === undefined ? [] : [`again: ${again}`],
      ].filter(Boolean).join("\n"),
    })),
  };
}

function lines(evidence: Evidence): string[] {
  return Object.entries(evidence).map(([what, text]) => `${what}: ${text}`);
}

let filesWritten = 0; // written so far: makes temporary names unique

/**
 * Writes a file under a temporary name in the same folder, then renames it.
 *
 * @throws {Failure} If the file cannot be written; the old file is then unchanged.
 */
export async function writeAtomically(
  path: string | URL,
  data: string | Uint8Array,
): Promise<void> {
  const suffix = `.unfinished-${Deno.pid}-${filesWritten++}`;
  const unfinished = path instanceof URL ? new URL(path.href + suffix) : path + suffix;
  try {
    if (typeof data === "string") await Deno.writeTextFile(unfinished, data);
    else await Deno.writeFile(unfinished, data);
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {}); // it may not exist
    const shown = path instanceof URL ? fileURLToPath(path) : path;
    throw new Failure(
      `Cannot write ${shown}: ${oneLine(error)}; make room, or write elsewhere`,
      undefined,
      { cause: error },
    );
  }
}
