/**
 * The texts about a command line: help, version, usage, and a suggestion for a misspelt option.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { commandOf, insteadOfDeno } from "./invocation.ts";
import type { CommandLine, OptionSpec, ProgramInfo } from "./command_line.ts";

/** The meaning of a longer command gets its own line. */
const MAX_COMMAND_CHARS = 44;

/**
 * The help of a program.
 *
 * @example
 * ```ts
 * help({ name: "greet", summary: "greet greets.", synopsis: "", options: [], examples: [] });
 * ```
 */
export function help(commandLine: CommandLine): string {
  const { summary, synopsis, options, examples } = commandLine;
  const rows = options.map(({ name, letter, value, help }) => {
    const spelt = `${letter ? `-${letter},` : "   "} --${name}${value ? ` ${value}` : ""}`;
    return `  ${spelt.padEnd(25)} ${help}`;
  });
  const command = commandOf(commandLine);
  const commands = examples.map(([args]) => `${command} ${args}`.trimEnd());
  const width = Math.max(...commands.map(({ length }) => length)) + 2;
  const instead = insteadOfDeno();
  return [
    summary,
    "",
    `Usage: ${command} ${synopsis}`,
    ...instead === null ? [] : [`(for deno, which is not installed here, write: ${instead})`],
    "",
    ...rows,
    "",
    "Examples:",
    ...examples.map(([, meaning], i) =>
      width > MAX_COMMAND_CHARS
        ? `  ${commands[i]}\n      ${meaning}`
        : `  ${commands[i].padEnd(width)}${meaning}`
    ),
  ].join("\n");
}

/**
 * The name and version of a program.
 *
 * @example
 * ```ts
 * version({ name: "server1", summary: "", examples: [] }); // server1 1.0.0
 * ```
 */
export function version(program: ProgramInfo): string {
  return `${program.name} ${config.version}`;
}

/**
 * The usage line after a wrong command line.
 *
 * @example
 * ```ts
 * usageHint({ name: "server1", summary: "", examples: [] }); // Usage: … [OPTION]…; see … --help
 * ```
 */
export function usageHint(program: ProgramInfo): string {
  const command = commandOf(program);
  return `Usage: ${command} [OPTION]…; see ${command} --help`;
}

/**
 * A suggestion for a misspelt option; empty if none is near.
 *
 * @example
 * ```ts
 * didYouMean("prot", [{ name: "port", help: "port to connect to" }]); // "; did you mean --port?"
 * ```
 */
export function didYouMean(name: string, options: OptionSpec[]): string {
  const near = options
    .map((option) => ({ option, steps: editSteps(name, option.name) }))
    .filter(({ steps, option }) => steps <= 3 && steps < option.name.length)
    .sort((a, b) => a.steps - b.steps)[0];
  return near && name.length > 1 ? `; did you mean --${near.option.name}?` : "";
}

/** The edit distance of two words (Levenshtein). */
export function editSteps(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
