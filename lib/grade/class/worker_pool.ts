/**
 * The worker processes in which a class is graded, one for each submission under way.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { TextLineStream } from "@std/streams";
import { onPath } from "../sandbox/helpers.ts";
import { untilStopped } from "../sandbox/waiting.ts";
import type { GradeOptions } from "../grade_submission.ts";
import type { SubmissionResult } from "../results/results.ts";
import { utf8Bytes } from "../../wire/text.ts";
import type { WorkerReply, WorkerRequest } from "./grade_process.ts";

/** How long a worker may take to stop before it is killed. */
const STOP_LIMIT_MS = 1_500;
/** A worker runs most functions a few times: machine code without optimization takes least time. */
const COMPILED_AT_ONCE = "--v8-flags=--always-sparkplug";
const GRADER = new URL("./grade_process.ts", import.meta.url).href;

class Grader {
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #replies: AsyncIterator<string>;

  constructor(module: string) {
    const words = [Deno.execPath(), "run", "--quiet", "--allow-all", COMPILED_AT_ONCE, module];
    // The kernel kills it when this process ends, even if it does not read its input.
    if (onPath("setpriv")) words.unshift("setpriv", "--pdeathsig", "KILL");
    const [command, ...args] = words;
    const stdio = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
    this.#child = new Deno.Command(command, { args, ...stdio }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#replies = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  }

  /** Sends a request, without waiting for the reply. */
  send(request: WorkerRequest): void {
    this.#input.write(utf8Bytes(`${JSON.stringify(request)}\n`)).catch(() => {}); // it has ended
  }

  async reply(): Promise<WorkerReply> {
    const { done, value } = await this.#replies.next();
    if (done) throw new Error("its process has ended");
    return JSON.parse(value);
  }

  /** Kills the worker and all processes that it has started. */
  async end(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#input.abort().catch(() => {});
    await this.#child.status;
  }
}

/** A pool of workers. An idle worker is used again; one that does not stop is killed. */
export class WorkerPool implements AsyncDisposable {
  #idle: Grader[] = [];

  /** Starts no process yet. */
  constructor(private readonly module: string = GRADER) {}

  /**
   * Grades a submission in an idle worker.
   *
   * @throws {Failure} If nothing can be graded on this machine.
   * @throws The signal's reason, if it was stopped.
   */
  async grade(
    folder: string,
    options: GradeOptions,
    signal: AbortSignal,
  ): Promise<SubmissionResult> {
    signal.throwIfAborted();
    const grader = this.#idle.pop() ?? new Grader(this.module);
    const onStop = () => grader.send("stop");
    signal.addEventListener("abort", onStop);
    let reply: WorkerReply;
    try {
      grader.send({ folder, options });
      reply = await untilStopped(grader.reply(), signal, STOP_LIMIT_MS);
    } catch (error) {
      await grader.end();
      throw error;
    } finally {
      signal.removeEventListener("abort", onStop);
    }
    this.#idle.push(grader);
    signal.throwIfAborted();
    if ("result" in reply) return reply.result;
    throw "failure" in reply ? new Failure(reply.failure, reply.exitCode) : new Error(reply.error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((grader) => grader.end()));
  }
}
