/**
 * What the four programs have in common: two streams of lines, and one sentence
 * and an exit code for whatever goes wrong.
 *
 * @module
 */
import { EXIT_FAILED, Failure, UsageError } from "./failure.ts";
import { oneLine } from "../terminal/show.ts";
import type { ProgramInfo } from "./command_line.ts";
import { usageHint } from "./help.ts";
import { escapeText } from "../terminal/show.ts";
import type { Output } from "../terminal/output.ts";

/** Where a program's lines go. */
export interface Streams<T extends Output = Output> {
  /** Stdout: the transcript or the replies. */
  out: T;
  /** Stderr: everything else. */
  log: T;
}

/**
 * Runs a program's body.
 *
 * @param about Its name begins every line on stderr.
 * @param streams Its stdout and stderr.
 * @param body Returns the exit code.
 * @returns That, or the exit code of the error that was thrown.
 */
export async function runProgram(
  about: ProgramInfo,
  { out, log }: Streams,
  body: () => Promise<number>,
): Promise<number> {
  const say = (message: string) =>
    log.line(`${log.paint("red", `${about.name}:`)} ${escapeText(message)}`);
  out.onLost = say;
  let code: number;
  try {
    code = await body();
    await out.end();
    if (out.failed) code = EXIT_FAILED;
  } catch (error) {
    await out.end(); // what was said before it failed comes before why it failed
    say(error instanceof Failure ? error.message : oneLine(error));
    if (error instanceof UsageError) log.line(usageHint(about));
    code = error instanceof Failure ? error.exitCode : EXIT_FAILED;
  }
  await log.end();
  return code;
}
