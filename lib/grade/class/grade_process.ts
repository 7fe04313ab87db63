/**
 * A worker process that grades one submission after another for a class. If it hangs,
 * leaks memory or fails, it can be killed without harm to the other submissions.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { TextLineStream } from "@std/streams";
import { type GradeOptions, gradeSubmission } from "../grade_submission.ts";
import type { SubmissionResult } from "../results/results.ts";
import { utf8Bytes } from "../../wire/text.ts";

/** A line of JSON to the worker: grade a submission, or stop grading it. */
export type WorkerRequest = { folder: string; options: GradeOptions } | "stop";

/** A line of JSON from the worker: a result, or the reason why there is none. */
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

async function send(reply: WorkerReply): Promise<void> {
  let bytes = utf8Bytes(`${JSON.stringify(reply)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

/** Grades until its input ends. */
async function main(): Promise<void> {
  // A terminal's Ctrl+C reaches this process too; the main process sends "stop".
  Deno.addSignalListener("SIGINT", () => {});
  // An unhandled rejection must not end the worker: the submission's result shows the failure.
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
  let stop = new AbortController();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const request: WorkerRequest = JSON.parse(line);
    if (request === "stop") {
      stop.abort();
      continue;
    }
    stop = new AbortController();
    grade(request.folder, { ...request.options, signal: stop.signal }).then(send);
  }
}

if (import.meta.main) {
  await main();
  Deno.exit(); // this ends what is still under way
}
