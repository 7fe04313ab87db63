/**
 * Reads a command line. Each program has its own list of options; values are checked when they
 * are used.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import type { CommandLine, OptionSpec } from "./command_line.ts";
import { UsageError } from "./failure.ts";
import { didYouMean, help, version } from "./help.ts";

/** Help or version: the program shows it and exits with 0. */
export interface HelpOrVersion {
  /** The text, without a line break at its end. */
  text: string;
}

const HELP_OPTIONS: OptionSpec[] = [
  { name: "help", letter: "h", help: "show this and exit" },
  { name: "version", letter: "V", help: "show the version and exit" },
];

// parseArgs takes `true` or `false` after a switch as its value, but `client1 -q true` sends the
// text `true`. So these two words are marked before parsing.
const MARK = "\0";
const MARKED_WORDS = /^(true|false)$/;

/**
 * Reads a command line.
 *
 * @param commandLine The program and its options.
 * @param args The arguments.
 * @returns The options, or the help or version to show.
 * @throws {UsageError} If an option is unknown, or a switch has a value.
 *
 * @example
 * ```ts
 * const given = parseOptions({
 *   name: "greet",
 *   summary: "greet greets.",
 *   synopsis: "[OPTION]…",
 *   examples: [],
 *   options: [{ name: "times", letter: "n", value: "N", help: "how often" }],
 * }, Deno.args);
 * const times = "text" in given ? 0 : given.integer("times", 1, 1, 100);
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
      throw noOption(arg, `--${key}`, options);
    },
  });
  if (parsed.help) return { text: help({ ...commandLine, options }) };
  if (parsed.version) return { text: version(commandLine) };
  return new ParsedOptions(parsed, options);
}

/** Joins `-p -1` to `-p=-1`: a negative number after an option is its value, even if it is wrong. */
function joinNumbers(args: string[], options: OptionSpec[]): string[] {
  const valued = options.filter(({ value }) => value);
  const takesValue = (arg = "") =>
    valued.some(({ name }) => arg === `--${name}`) ||
    // In -Ip the letter I takes "p" as its value, so what follows belongs to none.
    /^-[a-zA-Z]+$/.test(arg) &&
      [...arg].findIndex((char) => valued.some(({ letter }) => letter === char)) === arg.length - 1;
  const joined: string[] = [];
  for (const arg of args) {
    if (/^-[\d.]/.test(arg) && takesValue(joined.at(-1))) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/**
 * Replaces letters by names, `-Mp4000` by `--multi-threaded --port=4000`: parseArgs misses some
 * of the letters that share a dash.
 */
function spellOut(arg: string, options: OptionSpec[]): string[] {
  const switched = options.find(({ name, value }) => !value && arg.startsWith(`--${name}=`));
  if (switched) {
    throw new UsageError(`Cannot read "${arg}": --${switched.name} takes no value`);
  }
  if (/^--_(=|$)/.test(arg)) throw noOption(arg, "--_", options);
  if (!/^-[^-]/.test(arg)) return [arg];
  const names: string[] = [];
  for (let i = 1; i < arg.length; i++) {
    const option = options.find(({ letter }) => letter === arg[i]);
    if (!option) throw noOption(arg, `-${arg[i]}`, options);
    const rest = arg.slice(i + 1).replace(/^=/, "");
    if (option.value && rest) return [...names, `--${option.name}=${rest}`];
    names.push(`--${option.name}`);
  }
  return names;
}

function noOption(arg: string, option: string, options: OptionSpec[]): UsageError {
  const takesTexts = options.some(({ name }) => name === "use-ip-addr");
  const advice = didYouMean(option.slice(2), options) ||
    (takesTexts ? "; put -- before texts that begin with a dash" : "");
  return new UsageError(`Cannot read "${arg}": there is no option ${option}${advice}`);
}

/** The options of a command line. Their values are checked when they are read. */
export class ParsedOptions {
  /** The arguments that are no options, unchanged. */
  readonly texts: string[];
  #flags: Record<string, unknown>;
  #options: OptionSpec[];

  /**
   * The options of a command line.
   *
   * @param flags The result of {@linkcode parseArgs}.
   * @param options All options of the program.
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
  string(name: string): string | undefined {
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
    const value = this.string(name);
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
    const value = this.string(name);
    if (value === undefined) return 0;
    if (/^(\d{1,7}(\.\d{0,3})?|\.\d{1,3})$/.test(value)) return Number(value) * 1000;
    throw this.#wrong(
      name,
      `it must be a number of seconds below 10,000,000, 0 for never, got "${value}"`,
    );
  }

  #wrong(name: string, why: string): UsageError {
    const letter = this.#options.find((option) => option.name === name)?.letter;
    return new UsageError(`Cannot read --${name}${letter ? ` (-${letter})` : ""}: ${why}`);
  }
}

function unmark(value: string): string {
  return value.startsWith(MARK) ? value.slice(MARK.length) : value;
}
