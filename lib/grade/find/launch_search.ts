/**
 * The search for a launch: which commands to try, in which order, and which arguments the program's
 * own messages add. This file starts no program.
 *
 * @module
 */
import type { ProgramName, TriedLaunch } from "../results/results.ts";
import type { Program } from "../sandbox/running_program.ts";
import type { Built } from "./build.ts";
import { type Missing, missingThing } from "./missing.ts";
import {
  type ArgumentList,
  hasPlace,
  HOST,
  labCommand,
  type Launch,
  PORT,
  takesArguments,
  TEXT,
  usualArguments,
  usualTextArguments,
  valuesFor,
  variablesIn,
  withArguments,
} from "./launch.ts";
import { MAX_MODES, modesIn } from "./modes.ts";
import { fitOf } from "./roles.ts";
import { withSettingsFile } from "./settings_files.ts";
import { addressesIn, argumentsAsked, asksForArguments, selectorsIn } from "./usage.ts";
import { SECRET, valueFor, withUsage } from "./usage_text.ts";

/** At most this many messages of a program are searched for arguments. */
const MAX_ROUNDS = 5;
/** Launches that are tried at the same time for one message. */
const MAX_ASKED = 4;
/** Errors that another folder or another form of the command may avoid. */
export const OTHER_COMMAND =
  /relative import|ImportError|ModuleNotFound|No module named|Cannot find (?:module|package)|No such file|ENOENT|FileNotFound|NoClassDefFound|ClassNotFound|load main class/i;
/** Messages that name an environment variable that is not set. */
export const VARIABLE_MISSING =
  /KeyError: '([A-Z][A-Z0-9_]{1,63})'|\b([A-Z][A-Z0-9_]{2,63})\b.{0,40}(?:not set|required|must be set|is (?:unset|empty|missing)|NotPresent)|(?:set|export|define|variable|env)\s{1,4}\$?([A-Z][A-Z0-9_]{2,63})\b/g;

/** The outcome of a launch. */
export interface Observed {
  screen: string;
  /** What the program did, in a few words: `ends with 2`. */
  what: string;
}

/** The launches of one program, in the order in which they are tried. */
export class LaunchSearch {
  readonly tried: TriedLaunch[] = [];
  /** The last message by which the program asked for other arguments. */
  usage: string | undefined;
  /** Whether the program's own messages have an argument for its role: `--decode`. */
  isNamed = false;
  missing: Missing | undefined;

  #program: Built;
  #name: ProgramName;
  #batches: Launch[][];
  #known = new Set<string>();
  #rounds = 0;
  /** The command that the usual arguments follow. */
  #command: Program;
  #selector: string[];
  /** The launch that most likely is the right one: a look suggests it. */
  #likely: Launch;
  /** The arguments that are tried when no message asks for any, in this order. */
  #guesses: ("usual" | "modes" | "texts")[] = ["usual", "modes", "texts"];
  #isGuessing = false;

  constructor(program: Built, name: ProgramName) {
    this.#program = program;
    this.#name = name;
    this.#command = program;
    if (program.fixed) this.#guesses = [];
    else if (name.startsWith("server")) this.#guesses.pop();
    this.#selector = program.selector ?? [];
    this.#likely = program.documented?.[0] ??
      withArguments(program, program.fixed ? [] : [...this.#selector, PORT]);
    const bare = withArguments(program, this.#selector);
    this.#batches = [...program.documented ?? [], bare].map((launch) => this.#fresh([launch]));
  }

  /** The next launches, to be tried side by side, the more likely first; empty if none is left. */
  next(): Launch[] {
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) {
      if (batch.length > 0) return batch;
    }
    const guess = this.missing === undefined ? this.#guesses.shift() : undefined;
    if (guess === undefined) return [];
    this.#isGuessing = true;
    const { source } = this.#program;
    const all = guess === "modes"
      ? ranked(modesOf(this.#program, ""), this.#name).slice(0, MAX_ASKED)
        .flatMap((mode) => [{ given: mode }, { given: [...mode, PORT] }])
      : (guess === "usual" ? usualArguments(source) : usualTextArguments(source))
        .map((one) => ({ ...one, given: [...this.#selector, ...one.given] }));
    const batch = this.#launches(this.#command, all);
    return batch.length > 0 ? batch : this.next();
  }

  /** Records the outcome of a launch that neither listened nor connected, and adds launches. */
  observed(launch: Launch, { screen: shown, what }: Observed): void {
    const words = launch.words.slice(0, -launch.given.length || undefined);
    const screen = withUsage(shown, [this.#file, words.at(-1)!]);
    this.tried.push({ command: labCommand(launch), observed: what });
    if (this.#program.fixed) return;
    if (this.#isGuessing) return; // a reply to guessed arguments says nothing
    const command: Program = { ...launch, words };
    const others = this.#program.others ?? [];
    if (OTHER_COMMAND.test(screen)) {
      const same = others.map((other) => withArguments(other, launch.given));
      this.#batches.unshift(...this.#fresh(same).map((one) => [one]));
    } else {
      this.#command = command;
    }
    const missing = missingThing(screen, this.#program.all);
    // A wrong form of the command does not show that a module is there.
    if (missing || !OTHER_COMMAND.test(screen)) this.missing = missing;
    const variables = [...screen.matchAll(VARIABLE_MISSING)].map(([, a, b, c]) => a ?? b ?? c);
    if (variables.length > 0) {
      const env = {
        ...launch.env,
        ...variableValues(variables, screen, this.#program.source, this.#name),
      };
      this.#batches.unshift(this.#fresh([{ ...launch, env }]));
    }
    if (!asksForArguments(screen) || this.#rounds++ >= MAX_ROUNDS) return;
    this.usage = screen;
    const stem = this.#file.replace(/\.[^.]*$/, "");
    const isGuess = launch.given.length > 0 && launch.given.join() === this.#selector.join();
    const lists = [launch.given, ...isGuess ? [[]] : []].flatMap((given) =>
      argumentsAsked(screen, given, stem, valuesOf(this.#name))
    );
    const best = ranked(lists, this.#name);
    this.isNamed ||= lists.some((list) => fitOf(list, this.#name) > 0);
    const asked: Launch[] = this.#launches(command, best.map((given) => ({ given })));
    const isServer = this.#name.startsWith("server");
    const likely = (best[0] ?? launch.given).map((word) =>
      isServer ? word.replace(TEXT, "WORD") : word
    );
    this.#likely = withArguments(command, likely);
    const optional = asked.length > 0
      ? []
      : [...this.selecting(screen), ...this.#launches(command, [{ given: [] }])];
    this.#batches.unshift(
      asked.slice(0, MAX_ASKED),
      asked.slice(MAX_ASKED, 2 * MAX_ASKED),
      ...optional.slice(0, MAX_ASKED).map((one) => [one]),
    );
  }

  /** Whether the program's usage message has words of which one is to be chosen: `bin|txt`. */
  get hasChoices(): boolean {
    return this.usage !== undefined && selectorsIn(this.usage).length > 1;
  }

  /** The launch that makes a program print its help. */
  get help(): Launch {
    return withArguments(this.#command, ["--help"]);
  }

  /** Whether a document has a command whose arguments name this program. */
  get isDocumented(): boolean {
    const { fixed, documented = [] } = this.#program;
    return fixed || documented.some(({ given }) => fitOf(given, this.#name) > 0);
  }

  /** Whether arguments are known that name this program. */
  get isSelected(): boolean {
    return this.isNamed || this.isDocumented || fitOf(this.#selector, this.#name) > 0;
  }

  /** Puts batches of launches before all others. */
  prefer(batches: Launch[][]): void {
    const first = batches.slice(0, MAX_ASKED);
    this.#fresh(first.flat()); // they are not tried a second time
    this.#batches.unshift(...first);
  }

  /** Launches whose arguments name this program and no other, as the program's help lists them. */
  selecting(help: string): Launch[] {
    const fit = (list: string[]) => fitOf(list, this.#name);
    const lists = selectorsIn(help).filter((list) => fit(list) > 0).sort((a, b) => fit(b) - fit(a));
    this.isNamed ||= lists.length > 0;
    const addresses = this.#name === "server2" ? addressesIn(help) : [];
    const all = lists.flatMap((list) => [...addresses.map((two) => [...list, ...two]), list]);
    return this.#launches(this.#command, all.map((given) => ({ given })));
  }

  /** Whether other launches than a lab file's may pass an address to it. */
  get mayTakeAddress(): boolean {
    const { source, fixed } = this.#program;
    return !fixed && (takesArguments(source) || Object.values(variablesIn(source)).includes(HOST));
  }

  /** Launches with an address, as the program's help or the usual arguments pass it. */
  addressed(launch: Launch, help: string): Launch[] {
    const usual = usualArguments(this.#program.source).filter(({ given, env = {} }) =>
      [...given, ...Object.values(env)].includes(HOST)
    );
    return this.#launches(launch, [...addressesIn(help).map((given) => ({ given })), ...usual]);
  }

  /** A lab file's settings with the launch that is most likely wanted, for a person to complete. */
  get labLine(): string {
    return JSON.stringify({
      [this.#name]: { run: labCommand(this.#withSettings(this.#likely)[0]) },
    });
  }

  /** Records the launch that listens or connects. */
  works(launch: Launch, what: string): void {
    this.tried.push({ command: labCommand(launch), observed: what });
  }

  #launches(command: Program, all: ArgumentList[]): Launch[] {
    const isServer = this.#name.startsWith("server");
    return this.#fresh(
      all.map(({ given, env }) => ({
        // What a server wants beside its address is most often a number, or a switch.
        ...withArguments(command, isServer ? given.map((word) => word.replace(TEXT, "1")) : given),
        env: { ...command.env, ...env },
      })).filter((launch) => !isServer || !hasPlace(launch, TEXT)),
    );
  }

  #fresh(launches: Launch[]): Launch[] {
    return launches.flatMap((launch) => this.#withSettings(launch)).filter(
      ({ words, folder, env = {} }) => {
        const key = JSON.stringify([words, folder, Object.entries(env)]);
        return !this.#known.has(key) && this.#known.add(key);
      },
    );
  }

  #withSettings(launch: Launch): Launch[] {
    return withSettingsFile(launch, this.#name, this.#program.all ?? []);
  }

  /** The name of the program's file, without folders. */
  get #file(): string {
    return (this.#program.files[0] ?? "").replace(/^.*\//, "");
  }
}

/** Values for variables that a message names, perhaps with an example: `ADDR=host:port`. */
function variableValues(
  names: string[],
  screen: string,
  source: string,
  name: ProgramName,
): Record<string, string> {
  const known = valuesFor(names, Object.keys(variablesIn(source)));
  const fit = valuesOf(name)[/mode|op/i.test(names.join()) ? 2 : 0];
  return Object.fromEntries(names.map((variable) => {
    const example = screen.match(new RegExp(`\\b${variable}=(\\S{1,80})`))?.[1];
    // All four programs share a secret; another variable may name one of them.
    const secret = [valueFor(variable)].find((value) => value === SECRET);
    return [variable, valueFor(example ?? "") ?? known[variable] ?? secret ?? fit];
  }));
}

/** Values for an argument such as `--mode`, if no message lists its choices. */
function valuesOf(name: ProgramName): string[] {
  const [role, number] = [name.slice(0, -1), name.slice(-1)];
  return [name, role, number === "1" ? "encode" : "decode", number];
}

/** The lists of arguments that do not name another program, the best first. */
function ranked(lists: string[][], name: ProgramName): string[][] {
  const scored = lists.map((list) => ({ list, score: fitOf(list, name) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const left = scored.filter(({ score }) => score >= 0 || best < 0);
  const isUndecided = left.length === 2 && left[0].score === left[1].score &&
    left[0].list.length === left[1].list.length && lists.length === 2;
  // Choices are usually listed in the order of the questions.
  if (isUndecided && name.endsWith("2")) left.reverse();
  return left.sort((a, b) => b.score - a.score).map(({ list }) => list);
}

/** The words that may select a program: of documents, of the program's message, of its source. */
export function modesOf(
  { documented = [], source, words, files }: Built,
  screen: string,
): string[][] {
  const names = [words.at(-1)!, (files[0] ?? "").replace(/^.*\//, "")];
  const isWord = (word: string) => /^\p{L}[\p{L}\p{N}_-]*$/u.test(word);
  const lists = [
    ...documented.map(({ given }) => given.filter(isWord)).filter(({ length }) => length > 0),
    ...selectorsIn(withUsage(screen, names)),
    ...modesIn(source).map((word) => [word]),
  ];
  return [...new Map(lists.map((list) => [list.join("\0"), list])).values()].slice(0, MAX_MODES);
}
