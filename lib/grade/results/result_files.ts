/**
 * Results for other programs: our own shape, check50's and Gradescope's; and how files are written.
 *
 * - https://cs50.readthedocs.io/projects/check50/en/latest/json_specification/
 * - https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * @module
 */
import { Failure, UsageError } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import type { GradingRecord, Results } from "./record.ts";
import { type Question, questionTitle } from "./questions.ts";
import type { Answer, Evidence, SubmissionResult } from "./results.ts";
import { fileURLToPath } from "node:url";

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
        why,
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
