/**
 * Types for a program's name and command line.
 *
 * @module
 */

/** A program, for its help and its messages. */
export interface ProgramInfo {
  /** Its name; each line on stderr begins with it. */
  name: string;
  /** One sentence, the first line of the help. */
  summary: string;
  /** Example arguments with their meaning, for the help. */
  examples: [args: string, meaning: string][];
  /** Its permissions as `deno run` takes them; if absent, those of the four programs. */
  permissions?: string[];
}

/** One option. */
export interface OptionSpec {
  /** Its long name, without the dashes. */
  name: string;
  /** Its letter, for the form with one dash. */
  letter?: string;
  /** The name of its value in the help; absent for a switch. */
  value?: string;
  /** What it does, in a few words. */
  help: string;
}

/** A program and its command line. */
export interface CommandLine extends ProgramInfo {
  /** The arguments in the usage line: `[OPTION]… [TEXT]…`. */
  synopsis: string;
  /** Its options beside `--help` and `--version`, in the help's order. */
  options: OptionSpec[];
}
