/**
 * Reading a command line: which options were given, checked as they are asked
 * for. What the options are, each program says itself.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import type { CommandLine, OptionSpec } from "./command_line.ts";
import { UsageError } from "./failure.ts";
import { didYouMean, help, version } from "./help.ts";

/** What to do before anything else: show text and exit with 0. */
export interface HelpOrVersion {
  /** The text, without a line break at its end. */
  show: string;
}

const HELP_OPTIONS: OptionSpec[] = [
  { name: "help", letter: "h", help: "show this and exit" },
  { name: "version", letter: "V", help: "show the version and exit" },
];

// parseArgs takes a `true` or `false` that follows a switch for its value, but
// `client1 -q true` sends the text `true`: a mark keeps the two words apart.
const MARK = "\0";
const MARKED_WORDS = /^(true|false)$/;

/**
 * Reads a command line.
 *
 * @param commandLine The program, and the options that it takes.
 * @param args What follows its name.
 * @returns What was given, or the help or version to show.
 * @throws {UsageError} If an option is unknown, or a switch has a value.
 *
 * @example
 * ```ts
 *
 * const given = parseOptions({
 *   name: "greet",
 *   summary: "greet greets.",
 *   synopsis: "[OPTION]…",
 *   examples: [],
 *   options: [{ name: "times", letter: "n", value: "N", help: "how often" }],
 * }, Deno.args);
 * const times = "show" in given ? 0 : given.integer("times", 1, 1, 100);
 * ```
 */
export function parseOptions(
  commandLine: CommandLine,
  args: string[],
): ParsedOptions | HelpOrVersion {
  const options = [...commandLine.options, ...HELP_OPTIONS];
  const stop = args.indexOf("--");
  const flags = joinNumbers(args.slice(0, stop < 0 ? undefined : stop), options)
    .flatMap((arg) => spellOut(arg, options));
  const texts = stop < 0 ? [] : args.slice(stop);
  const marked = [...flags, ...texts].map((arg) => MARKED_WORDS.test(arg) ? MARK + arg : arg);
  const parsed = parseArgs(marked, {
    boolean: options.filter(({ value }) => !value).map(({ name }) => name),
    string: [...options.filter(({ value }) => value).map(({ name }) => name), "_"],
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw new UsageError(
        `Cannot read "${arg}": there is no such option${didYouMean(key, options)}`,
      );
    },
  });
  if (parsed.help) return { show: help({ ...commandLine, options }) };
  if (parsed.version) return { show: version(commandLine) };
  return new ParsedOptions(parsed, options);
}

/** `-p -1` as `-p=-1`: a negative number is the option's value, however wrong, and no option. */
function joinNumbers(args: string[], options: OptionSpec[]): string[] {
  const takesValue = (arg = "") =>
    options.some(({ name, letter, value }) =>
      value && (arg === `--${name}` || /^-[a-zA-Z]+$/.test(arg) && arg.at(-1) === letter)
    );
  const joined: string[] = [];
  for (const arg of args) {
    if (/^-[\d.]/.test(arg) && takesValue(joined.at(-1))) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/**
 * Letters as the names they stand for, `-Mp4000` as `--multi-threaded
 * --port=4000`: parseArgs overlooks some of the letters that share a dash.
 */
function spellOut(arg: string, options: OptionSpec[]): string[] {
  const switched = options.find(({ name, value }) => !value && arg.startsWith(`--${name}=`));
  if (switched) {
    throw new UsageError(`Cannot read "${arg}": --${switched.name} takes no value`);
  }
  if (/^--_(=|$)/.test(arg)) throw new UsageError(`Cannot read "${arg}": there is no such option`);
  if (!/^-[^-]/.test(arg)) return [arg];
  const names: string[] = [];
  for (let i = 1; i < arg.length; i++) {
    const option = options.find(({ letter }) => letter === arg[i]);
    if (!option) throw new UsageError(`Cannot read "${arg}": ${noLetter(arg[i], options)}`);
    const rest = arg.slice(i + 1).replace(/^=/, "");
    if (option.value && rest) return [...names, `--${option.name}=${rest}`];
    names.push(`--${option.name}`);
  }
  return names;
}

function noLetter(letter: string, options: OptionSpec[]): string {
  const takesTexts = options.some(({ name }) => name === "use-ip-addr");
  return `there is no option -${letter}` +
    (takesTexts ? "; put -- before texts that begin with a dash" : "");
}

/** The options that were given, checked as they are asked for. */
export class ParsedOptions {
  /** The arguments that are no options, as they were typed. */
  readonly texts: string[];
  #flags: Record<string, unknown>;
  #options: OptionSpec[];

  /**
   * What was given on a command line.
   *
   * @param flags What {@linkcode parseArgs} found.
   * @param options The options there are.
   */
  constructor(flags: ReturnType<typeof parseArgs>, options: OptionSpec[]) {
    this.#flags = flags;
    this.#options = options;
    this.texts = flags._.map((text) => unmark(String(text)));
  }

  /** Whether an option was given. */
  has(name: string): boolean {
    return this.#flags[name] !== undefined && this.#flags[name] !== false;
  }

  /**
   * An option's value; undefined if it was not given.
   *
   * @throws {UsageError} If the value is empty.
   */
  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = unmark(String(this.#flags[name]));
    if (value === "") throw this.#wrong(name, "it needs a value");
    return value;
  }

  /**
   * An option's value as a whole number; `fallback` if it was not given.
   *
   * @throws {UsageError} If it is not a whole number from `min` to `max`.
   */
  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw this.#wrong(name, `it must be a whole number from ${min} to ${max}, got "${value}"`);
  }

  /**
   * Seconds on the command line as milliseconds; 0 if the option was not given.
   *
   * @throws {UsageError} If the value is not a number of seconds.
   */
  milliseconds(name: string): number {
    const value = this.text(name);
    if (value === undefined) return 0;
    if (/^(\d{1,7}\.?\d{0,3}|\.\d{1,3})$/.test(value)) return Number(value) * 1000;
    throw this.#wrong(name, `it must be a number of seconds, 0 for never, got "${value}"`);
  }

  #wrong(name: string, why: string): UsageError {
    const letter = this.#options.find((option) => option.name === name)?.letter;
    return new UsageError(`Cannot read --${name}${letter ? ` (-${letter})` : ""}: ${why}`);
  }
}

function unmark(value: string): string {
  return value.startsWith(MARK) ? value.slice(MARK.length) : value;
}
