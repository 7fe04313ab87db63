/**
 * A process that grades one submission after another for a class: what loops, leaks
 * or fails in it can be ended, and holds up no other.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { TextLineStream } from "@std/streams";
import { type GradeOptions, gradeSubmission } from "../grade_submission.ts";
import type { SubmissionResult } from "../results/results.ts";
import { utf8Bytes } from "../../wire/text.ts";

/** What it is asked, as a line of JSON: to grade a submission, or to stop doing so. */
export type WorkerRequest = { folder: string; options: GradeOptions } | "stop";

/** What came of it, as a line of JSON: a result, or why there is none. */
export type WorkerReply =
  | { result: SubmissionResult }
  | { failure: string; exitCode: number }
  | { error: string };

async function grade(folder: string, options: GradeOptions): Promise<WorkerReply> {
  try {
    return { result: await gradeSubmission(folder, options) };
  } catch (error) {
    if (!(error instanceof Failure)) return { error: String(error) };
    return { failure: error.message, exitCode: error.exitCode };
  }
}

async function tell(told: WorkerReply): Promise<void> {
  let bytes = utf8Bytes(`${JSON.stringify(told)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

/** Grades what it is asked to until nobody asks any more. */
async function main(): Promise<void> {
  // A terminal's Ctrl+C reaches this process too; who asked it says when to stop.
  Deno.addSignalListener("SIGINT", () => {});
  // What fails unseen must not end the others' grader: the result tells what came of it.
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
  let stop = new AbortController();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const ask: WorkerRequest = JSON.parse(line);
    if (ask === "stop") {
      stop.abort();
      continue;
    }
    stop = new AbortController();
    grade(ask.folder, { ...ask.options, signal: stop.signal }).then(tell);
  }
}

if (import.meta.main) {
  await main();
  Deno.exit(); // whatever is still under way ends with it
}
