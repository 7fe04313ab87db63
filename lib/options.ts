/**
 * The command line: which options there are, what they default to, and the help
 * that says so. It knows no socket.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import config from "../deno.json" with { type: "json" };
import { UsageError } from "./failure.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

/** The port of the original assignment. */
const DEFAULT_PORT = 3000;
/** More threads than this never paid on the machines that were measured. */
const MOST_DEFAULT_THREADS = 8;
const MOST_THREADS = 64;

/** What both kinds of program take. */
interface CommonOptions {
  port: number;
  interface: string;
  quiet: boolean;
  trace: boolean;
}

/** What a server was told. */
export interface ServerOptions extends CommonOptions {
  multiThreaded: boolean;
  /** How many threads share the clients, and whether a person asked for that. */
  threads: number;
  threadsGiven: boolean;
  maxConnections: number;
  /** Milliseconds; 0 means never. */
  idleTimeoutMs: number;
}

/** What a client was told. */
export interface ClientOptions extends CommonOptions {
  /** The address to connect to instead of the interface's. */
  address?: string;
  /** Milliseconds to wait for a reply; 0 means for ever. */
  timeoutMs: number;
  /** Whether the server is one of the original's. */
  legacyServer: boolean;
  /** The texts on the command line. */
  texts: string[];
}

/** What a program is, for its help and its defaults. */
export interface About {
  /** Its name, which begins every line on stderr. */
  name: string;
  /** One sentence, the first line of the help. */
  summary: string;
  /** The interface it uses unless told otherwise. */
  interface: string;
  /** Commands worth trying, with what they do. */
  examples: [command: string, meaning: string][];
}

interface Option {
  name: string;
  letter?: string;
  /** What stands for the value in the help; a switch has none. */
  value?: string;
  help: string;
}

const HELP_OPTIONS: Option[] = [
  { name: "help", letter: "h", help: "show this and exit" },
  { name: "version", letter: "V", help: "show the version and exit" },
];

function serverOptions(about: About): Option[] {
  return [
    {
      name: "port",
      letter: "p",
      value: "N",
      help: `port to listen on, 0 for a free one (${DEFAULT_PORT})`,
    },
    {
      name: "interface",
      letter: "I",
      value: "NAME",
      help: `interface whose address to listen on (${about.interface})`,
    },
    { name: "multi-threaded", letter: "M", help: "serve many clients at once" },
    {
      name: "threads",
      letter: "T",
      value: "N",
      help: "with -M: threads to share them (cores, at most 8)",
    },
    {
      name: "max-connections",
      value: "N",
      help: `with -M: clients at once (${DEFAULT_LIMITS.maxConnections})`,
    },
    {
      name: "idle-timeout",
      value: "S",
      help: "close a client silent for S seconds (0: never)",
    },
    { name: "quiet", letter: "q", help: "no transcript: the first line only" },
    { name: "trace", letter: "t", help: "show every frame's bytes, on stderr" },
    ...HELP_OPTIONS,
  ];
}

function clientOptions(about: About): Option[] {
  return [
    {
      name: "port",
      letter: "p",
      value: "N",
      help: `port to connect to (${DEFAULT_PORT})`,
    },
    {
      name: "interface",
      letter: "I",
      value: "NAME",
      help: `interface whose address to connect to (${about.interface})`,
    },
    {
      name: "use-ip-addr",
      letter: "a",
      value: "ADDR",
      help: "connect to this address instead",
    },
    {
      name: "timeout",
      value: "S",
      help: "give up on a reply after S seconds (0: never)",
    },
    { name: "legacy-server", help: "the server is one of the original lab's" },
    { name: "quiet", letter: "q", help: "replies alone, one a line" },
    { name: "trace", letter: "t", help: "show every frame's bytes, on stderr" },
    ...HELP_OPTIONS,
  ];
}

/** What to do before anything else: show text and exit with 0. */
export interface Shown {
  show: string;
}

/**
 * Reads a server's command line.
 *
 * @returns What it was told, or the help or version to show.
 * @throws {UsageError} If an option is unknown or its value is wrong.
 */
export function parseServerArgs(
  about: About,
  args: string[],
): ServerOptions | Shown {
  const options = serverOptions(about);
  const given = parse(args, options);
  if (given.show) {
    return { show: shown(given.show, about, "[OPTION]…", options) };
  }
  const multiThreaded = given.has("multi-threaded");
  for (const name of ["threads", "max-connections"]) {
    if (given.has(name) && !multiThreaded) {
      throw new UsageError(
        `Cannot use --${name} alone: it goes with --multi-threaded (-M)`,
      );
    }
  }
  const cores = Math.min(navigator.hardwareConcurrency, MOST_DEFAULT_THREADS);
  const read = {
    ...common(about, given),
    multiThreaded,
    threads: given.integer("threads", cores, 1, MOST_THREADS),
    threadsGiven: given.has("threads"),
    maxConnections: given.integer(
      "max-connections",
      DEFAULT_LIMITS.maxConnections,
      1,
      1_000_000,
    ),
    idleTimeoutMs: given.milliseconds("idle-timeout"),
  };
  if (given.texts.length > 0) {
    throw new UsageError(
      `Cannot use the argument "${given.texts[0]}": a server takes options only`,
    );
  }
  return read;
}

/**
 * Reads a client's command line.
 *
 * @returns What it was told, or the help or version to show.
 * @throws {UsageError} If an option is unknown or its value is wrong.
 */
export function parseClientArgs(
  about: About,
  args: string[],
): ClientOptions | Shown {
  const options = clientOptions(about);
  const given = parse(args, options);
  if (given.show) {
    return { show: shown(given.show, about, "[OPTION]… [TEXT]…", options) };
  }
  const address = given.text("use-ip-addr");
  return {
    ...common(about, given),
    ...(address === undefined ? {} : { address }),
    timeoutMs: given.milliseconds("timeout"),
    legacyServer: given.has("legacy-server"),
    texts: given.texts,
  };
}

/** A few lines for somebody who got the command line wrong. */
export function usageHint(about: About): string {
  return `Usage: ${commandOf(about)} [OPTION]…; see ${commandOf(about)} --help`;
}

/** What a person types to run the program. */
function commandOf(about: About): string {
  return Deno.build.standalone ? about.name : `deno task ${about.name}`;
}

function common(about: About, given: Given): CommonOptions {
  return {
    port: given.integer("port", DEFAULT_PORT, 0, 65_535),
    interface: given.text("interface") ?? about.interface,
    quiet: given.has("quiet"),
    trace: given.has("trace"),
  };
}

// parseArgs takes a `true` or `false` that follows a switch for its value, but
// `client1 -q true` sends the text `true`: a mark keeps the two words apart.
const MARK = "\0";

function parse(args: string[], options: Option[]): Given {
  const stop = args.indexOf("--");
  const flags = args.slice(0, stop < 0 ? undefined : stop).flatMap((arg) => spellOut(arg, options));
  const texts = stop < 0 ? [] : args.slice(stop);
  const parsed = parseArgs([...flags, ...texts].map((arg) => WORD.test(arg) ? MARK + arg : arg), {
    boolean: options.filter(({ value }) => !value).map(({ name }) => name),
    string: [...options.filter(({ value }) => value).map(({ name }) => name), "_"],
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw new UsageError(
        `Cannot read "${arg}": there is no such option${meant(key, options)}`,
      );
    },
  });
  return new Given(parsed, options);
}

const WORD = /^(true|false)$/;

/**
 * Letters as the names they stand for, `-Mp4000` as `--multi-threaded
 * --port=4000`: parseArgs overlooks some of the letters that share a dash.
 */
function spellOut(arg: string, options: Option[]): string[] {
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

function noLetter(letter: string, options: Option[]): string {
  const takesTexts = options.some(({ name }) => name === "use-ip-addr");
  return `there is no option -${letter}` +
    (takesTexts ? "; put -- before texts that begin with a dash" : "");
}

/** The option that was probably meant, for a person who misspelt it. */
function meant(name: string, options: Option[]): string {
  const near = options
    .map((option) => ({ option, steps: editSteps(name, option.name) }))
    .filter(({ steps, option }) => steps <= 3 && steps < option.name.length)
    .sort((a, b) => a.steps - b.steps)[0];
  return near && name.length > 1 ? `; did you mean --${near.option.name}?` : "";
}

/** How many letters to insert, drop or change to get from one word to another (Levenshtein). */
function editSteps(from: string, to: string): number {
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

/** The options that were given, checked as they are asked for. */
class Given {
  readonly show: "help" | "version" | undefined;
  readonly texts: string[];
  #flags: Record<string, unknown>;
  #options: Option[];

  constructor(flags: ReturnType<typeof parseArgs>, options: Option[]) {
    this.#flags = flags;
    this.#options = options;
    this.show = flags.help ? "help" : flags.version ? "version" : undefined;
    this.texts = flags._.map((text) => unmark(String(text)));
  }

  has(name: string): boolean {
    return this.#flags[name] !== undefined && this.#flags[name] !== false;
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = unmark(String(this.#flags[name]));
    if (value === "") {
      throw new UsageError(
        `Cannot read ${this.#spelt(name)}: it needs a value`,
      );
    }
    return value;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    throw new UsageError(
      `Cannot read ${
        this.#spelt(name)
      }: it must be a whole number from ${least} to ${most}, got "${value}"`,
    );
  }

  /** Seconds on the command line, milliseconds within. */
  milliseconds(name: string): number {
    const value = this.text(name);
    if (value === undefined) return 0;
    if (/^\d{1,7}(\.\d{1,3})?$/.test(value)) return Number(value) * 1000;
    throw new UsageError(
      `Cannot read ${
        this.#spelt(name)
      }: it must be a number of seconds, 0 for never, got "${value}"`,
    );
  }

  #spelt(name: string): string {
    const letter = this.#options.find((option) => option.name === name)?.letter;
    return letter ? `--${name} (-${letter})` : `--${name}`;
  }
}

function unmark(value: string): string {
  return value.startsWith(MARK) ? value.slice(MARK.length) : value;
}

function shown(
  what: "help" | "version",
  about: About,
  synopsis: string,
  options: Option[],
): string {
  if (what === "version") return `${about.name} ${config.version}`;
  const rows = options.map(({ name, letter, value, help }) => {
    const spelt = `${letter ? `-${letter},` : "   "} --${name}${value ? ` ${value}` : ""}`;
    return `  ${spelt.padEnd(26)}${help}`;
  });
  const width = Math.max(...about.examples.map(([command]) => command.length)) +
    2;
  return [
    about.summary,
    "",
    `Usage: ${commandOf(about)} ${synopsis}`,
    "",
    ...rows,
    "",
    "Examples:",
    ...about.examples.map(([command, meaning]) => `  ${command.padEnd(width)}${meaning}`),
  ].join("\n");
}
