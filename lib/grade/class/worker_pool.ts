/**
 * The processes in which a class is graded, one for each submission under way.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { TextLineStream } from "@std/streams";
import { onPath } from "../sandbox/helpers.ts";
import type { GradeOptions } from "../grade_submission.ts";
import type { SubmissionResult } from "../results/results.ts";
import { utf8Bytes } from "../../wire/text.ts";
import type { WorkerReply, WorkerRequest } from "./grade_process.ts";

/** How long a grader may take to stop before it is ended. */
const STOP_LIMIT_MS = 1_500;
const GRADER = new URL("./grade_process.ts", import.meta.url).href;

/** A process that grades. */
class Grader {
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #answers: AsyncIterator<string>;

  constructor(module: string) {
    const words = [Deno.execPath(), "run", "--quiet", "--allow-all", module];
    // It ends with this process, even if it cannot read that its input has ended.
    if (onPath("setpriv")) words.unshift("setpriv", "--pdeathsig", "KILL");
    const [command, ...args] = words;
    const stdio = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
    this.#child = new Deno.Command(command, { args, ...stdio }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  }

  /** Asks, without waiting for an answer. */
  send(ask: WorkerRequest): void {
    this.#input.write(utf8Bytes(`${JSON.stringify(ask)}\n`)).catch(() => {}); // it has ended
  }

  /** The next answer. */
  async answer(): Promise<WorkerReply> {
    const { done, value } = await this.#answers.next();
    if (done) throw new Error("its process has ended");
    return JSON.parse(value);
  }

  /** Ends it, and with it all that it has started. */
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

/**
 * Grades in processes. One that has done its work is used again; one that does not
 * stop is ended.
 */
export class WorkerPool implements AsyncDisposable {
  #module: string;
  #idle: Grader[] = [];

  /**
   * Starts none yet.
   *
   * @param module What each of them runs.
   */
  constructor(module: string = GRADER) {
    this.#module = module;
  }

  /**
   * Grades a submission in a process that has nothing else to do.
   *
   * @param folder The submission.
   * @param options How to grade; they are sent as data.
   * @param signal Ends it.
   * @throws {Failure} If nothing can be graded on this machine.
   * @throws The signal's reason, if that ends it.
   */
  async grade(
    folder: string,
    options: GradeOptions,
    signal: AbortSignal,
  ): Promise<SubmissionResult> {
    signal.throwIfAborted();
    const grader = this.#idle.pop() ?? new Grader(this.#module);
    const { promise: deaf, reject } = Promise.withResolvers<never>();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const onStop = () => {
      grader.send("stop");
      waiting = setTimeout(() => reject(signal.reason), STOP_LIMIT_MS);
    };
    signal.addEventListener("abort", onStop);
    let told: WorkerReply;
    try {
      grader.send({ folder, options });
      told = await Promise.race([grader.answer(), deaf]);
    } catch (error) {
      await grader.end();
      throw error;
    } finally {
      clearTimeout(waiting);
      signal.removeEventListener("abort", onStop);
    }
    this.#idle.push(grader);
    signal.throwIfAborted();
    if ("result" in told) return told.result;
    throw "failure" in told ? new Failure(told.failure, told.exitCode) : new Error(told.error);
  }

  /** Ends the processes that have nothing to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((grader) => grader.end()));
  }
}
