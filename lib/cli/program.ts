/**
 * The common part of the four programs: two outputs, and for each error one message and an exit
 * code.
 *
 * @module
 */
import { EXIT_FAILED, Failure, UsageError } from "./failure.ts";
import type { ProgramInfo } from "./command_line.ts";
import { usageHint } from "./help.ts";
import { escapeText, oneLine } from "../terminal/show.ts";
import { fitColours, type Output } from "../terminal/output.ts";

const [MAJOR, MINOR] = Deno.version.deno.split(".").map(Number);
/** Whether `deno task` itself stops on Ctrl+Z. */
const STOPS_ON_CTRL_Z = MAJOR === 2 && MINOR < 7;

/** The streams of a program. */
export interface Streams<T extends Output = Output> {
  /** Stdout: the transcript or the replies. */
  out: T;
  /** Stderr: everything else. */
  log: T;
}

/**
 * Runs a program's body.
 *
 * @param program Its name begins every line on stderr.
 * @param streams Its stdout and stderr.
 * @param body Returns the exit code.
 * @returns That exit code, or the one of the error that was thrown.
 *
 * @example
 * ```ts
 * import { BlockingOutput } from "../terminal/blocking_output.ts";
 *
 * const greet = { name: "greet", summary: "greet greets.", examples: [] };
 * const out = new BlockingOutput(Deno.stdout);
 * const log = new BlockingOutput(Deno.stderr);
 * const exitCode = await runProgram(greet, { out, log }, () => {
 *   out.line("Hello");
 *   return Promise.resolve(0);
 * });
 * ```
 */
export async function runProgram(
  program: ProgramInfo,
  { out, log }: Streams,
  body: () => Promise<number>,
): Promise<number> {
  const report = (message: string) =>
    log.urgentLine(`${log.paint("red", `${program.name}:`)} ${escapeText(message)}`);
  out.onLost = log.onLost = report;
  ignoreFileSizeSignal();
  if (isRunByTask() && !STOPS_ON_CTRL_Z) {
    ignoreStopSignal(() =>
      report(
        "Ctrl+Z does nothing under deno task, which could not continue the program; Ctrl+C ends it",
      )
    );
  }
  await fitColours(out, log);
  let code: number;
  try {
    code = await body();
    await out.end();
    if (out.failed) code = EXIT_FAILED;
  } catch (error) {
    await out.end(); // so that the earlier lines are written before the message
    report(error instanceof Failure ? error.message : oneLine(error));
    if (error instanceof UsageError) log.line(usageHint(program));
    code = error instanceof Failure ? error.exitCode : EXIT_FAILED;
  }
  await log.end();
  return code;
}

/**
 * A write beyond `ulimit -f` raises a signal that ends the program. If the signal is ignored, the
 * write fails instead, as on a full disk.
 */
function ignoreFileSizeSignal(): void {
  try {
    Deno.addSignalListener("SIGXFSZ", () => {});
  } catch {
    // Windows has no such signal.
  }
}

/**
 * Whether `deno task` runs the program. The tasks in deno.json allow reading the one variable that
 * `deno task` sets.
 */
export function isRunByTask(): boolean {
  const variable = "INIT_CWD";
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted" &&
    Deno.env.has(variable);
}

/**
 * Ignores Ctrl+Z, which stops every process of the terminal's job except `deno task`. The shell waits
 * for `deno task`, so the terminal would be locked until another terminal sends `kill -CONT`.
 *
 * @param onFirst Called at the first Ctrl+Z.
 */
function ignoreStopSignal(onFirst: () => void): void {
  let first = true;
  try {
    Deno.addSignalListener("SIGTSTP", () => {
      if (first) onFirst();
      first = false;
    });
  } catch {
    // Windows has no such signal.
  }
}
