/**
 * What a program is to the person who starts it: its name, and the command line
 * that it takes.
 *
 * @module
 */

/** What a program is, for its help and for the lines that begin with its name. */
export interface ProgramInfo {
  /** Its name, which begins every line on stderr. */
  name: string;
  /** One sentence, the first line of the help. */
  summary: string;
  /** Arguments worth trying, with what they do. */
  examples: [args: string, meaning: string][];
  /** What it is allowed, as `deno run` takes it; what the four programs are if absent. */
  permissions?: string[];
}

/** An option that a program takes. */
export interface OptionSpec {
  /** Its long name, without the dashes. */
  name: string;
  /** The letter that stands for it behind one dash. */
  letter?: string;
  /** What stands for its value in the help; a switch has none. */
  value?: string;
  /** What it does, in a few words. */
  help: string;
}

/** A program and the command line that it takes. */
export interface CommandLine extends ProgramInfo {
  /** What follows the program's name in its usage: `[OPTION]… [TEXT]…`. */
  synopsis: string;
  /** What it takes beside `--help` and `--version`, in the help's order. */
  options: OptionSpec[];
}
