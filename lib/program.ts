/**
 * What the four programs have in common: two streams of lines, and one sentence
 * and an exit code for whatever goes wrong.
 *
 * @module
 */
import { EXIT_FAILED, Failure, oneLine, UsageError } from "./failure.ts";
import { type About, usageHint } from "./options.ts";
import { Output } from "./output.ts";

/**
 * Runs a program's body.
 *
 * @param about Its name begins every line on stderr.
 * @param body Gets stdout and stderr, returns the exit code.
 * @param lock Shared with other threads that write to them, if there are any.
 * @returns That, or the exit code of the error that was thrown.
 */
export async function runProgram(
  about: About,
  body: (out: Output, log: Output) => Promise<number>,
  lock?: SharedArrayBuffer,
): Promise<number> {
  const out = new Output(Deno.stdout, lock);
  const log = new Output(Deno.stderr, lock);
  try {
    return await body(out, log);
  } catch (error) {
    out.flush(); // what was said before it failed comes before why it failed
    const message = error instanceof Failure ? error.message : oneLine(error);
    log.line(`${log.paint("red", `${about.name}:`)} ${message}`);
    if (error instanceof UsageError) log.line(usageHint(about));
    return error instanceof Failure ? error.exitCode : EXIT_FAILED;
  } finally {
    out.flush();
    log.flush();
  }
}
