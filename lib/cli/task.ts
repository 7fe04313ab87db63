/**
 * The common part of tasks that take options only, such as `deno task report`.
 *
 * @module
 */
import { BlockingOutput } from "../terminal/blocking_output.ts";
import type { CommandLine } from "./command_line.ts";
import { EXIT_DONE, UsageError } from "./failure.ts";
import { type ParsedOptions, parseOptions } from "./options.ts";
import { runProgram, type Streams } from "./program.ts";

/**
 * Runs a task: reads its options, shows help or version, and reports errors on stderr.
 *
 * @param commandLine The task and its options.
 * @param args The arguments. One that is no option is a usage error.
 * @param body Gets the options and the streams, and returns the exit code.
 * @returns The exit code.
 *
 * @example
 * ```ts
 * const greet = { name: "greet", summary: "greet greets.", synopsis: "", options: [], examples: [] };
 * const exitCode = await runTask(greet, ["--version"], (_given, { out }) => {
 *   out.line("Hello");
 *   return Promise.resolve(0);
 * });
 * ```
 */
export function runTask(
  commandLine: CommandLine,
  args: string[],
  body: (given: ParsedOptions, streams: Streams<BlockingOutput>) => Promise<number>,
): Promise<number> {
  const streams = {
    out: new BlockingOutput(Deno.stdout),
    log: new BlockingOutput(Deno.stderr),
  };
  return runProgram(commandLine, streams, async () => {
    const given = parseOptions(commandLine, args);
    if ("text" in given) {
      streams.out.line(given.text);
      return EXIT_DONE;
    }
    const [argument] = given.texts;
    if (argument !== undefined) {
      throw new UsageError(
        `Cannot use the argument "${argument}": ${commandLine.name} takes options only`,
      );
    }
    return await body(given, streams);
  });
}
