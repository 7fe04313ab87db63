/**
 * Usage messages: which arguments a program asks for. Reads the messages of argparse, getopt, flag,
 * clap and commander, and hand-written ones.
 *
 * @module
 */
import { HOST, PORT, TEXT } from "./launch.ts";
import {
  choicesIn,
  hasUsage,
  isSelector,
  optionalAddresses,
  usageLines,
  usageWords,
  valueFor,
  wordsAfterProgram,
} from "./usage_text.ts";

const MAX_LISTS = 16;
const READ_CHARS = 6_000;
const WANTS =
  /required|missing|expected|must (?:be|specify|provide|give)|please (?:specify|provide|give|pass|choose)|specify|no such option|unrecognized|unknown (?:mode|role|command|option|argument|flag)|invalid (?:mode|role|command|choice|value|option|argument)|not enough|too few|falta|argument|\bno --?[a-z]/i;
const OPTION_LINE =
  /^\s{1,16}(-{1,2}[\w-]{1,40})(?:,\s{0,4}(--[\w-]{1,40}))?(?:[ =]([<{[]?[\w|,:{}<>[\] -]{0,80}?[>}\]]?))?(?:\s{2,}|\t|:|$)(.{0,400})$/;
const COMMANDS_LINE =
  /^\s{0,8}(?:(?:available |sub)?commands?|modes?|roles?|positional arguments)\s{0,8}:?\s{0,8}$/i;
/** The usual values of options of one letter. */
const VALUE_OF_LETTER: Record<string, string> = {
  ...{ "-p": PORT, "-h": HOST, "-H": HOST, "-i": HOST, "-a": HOST, "-d": HOST, "-s": HOST },
};
const OWN_COMMANDS = /^(?:help|completion|version)$/;

/** One part of a command line, and its choices: each choice is a list of words. */
interface Part {
  choices: string[][];
  isRequired: boolean;
  option?: string;
}

/** The options that a message lists beside its usage lines. */
interface Described {
  options: Map<string, Part>;
  commands: string[];
  given: string[];
  /** Values for a selector whose choices the message does not list. */
  guesses: string[];
}

/** Whether a screen asks for other arguments. */
export function asksForArguments(screen: string): boolean {
  const read = screen.slice(-READ_CHARS);
  return hasUsage(read) ||
    WANTS.test(read) && !/Traceback|^\s{1,16}at |\.rb:\d+:in |error: .{0,99};$/m.test(read);
}

/**
 * The arguments that a message asks for: each element is a list of arguments to try, with places
 * for a host, a port and a text.
 *
 * @param given The arguments that led to the message.
 * @param stem The program's own name, which may be in its usage line.
 * @param guesses Values for a role or mode whose choices the message does not list.
 */
export function argumentsAsked(
  message: string,
  given: string[],
  stem: string,
  guesses: string[] = [],
): string[][] {
  const screen = message.slice(0, READ_CHARS);
  const described: Described = {
    options: describedOptions(screen),
    commands: describedCommands(screen),
    given,
    guesses,
  };
  const lists = [...corrected(screen, given)];
  for (const line of usageLines(screen)) {
    const all = combinations(partsOf(wordsAfterProgram(usageWords(line), stem), described));
    // An npm script passes its own arguments before those of the usage line.
    lists.push(...line.startsWith("npm ") ? all.map((list) => [...given, ...list]) : all);
  }
  const named = namedAsRequired(screen, described).filter(({ option }) => !given.includes(option!));
  lists.push(...combinations(named).map((list) => [...given, ...list]));
  if (lists.length === 0) lists.push(...chosen(screen, described));
  if (given.length > 0) lists.push(...optionalAddresses(screen).map((two) => [...given, ...two]));
  const distinct = new Map([given, ...lists].map((list) => [list.join("\0"), list]));
  return [...distinct.values()].slice(1, 1 + MAX_LISTS);
}

/** The choices of program or conversion that a help text lists, required or not. */
export function selectorsIn(help: string): string[][] {
  const screen = help.slice(0, READ_CHARS);
  const options = [...describedOptions(screen).values()];
  const listed = /(--?\w[\w-]{0,40})[ =][{<(]?(\w{1,40}(?:[,|]\w{1,40}){1,9})/g;
  const inUsage = [...screen.matchAll(listed)].flatMap(([, option, all]) =>
    all.split(/[,|]/).map((one) => [option, one])
  );
  const words = usageLines(screen).flatMap((line) => usageWords(line)).flatMap((word) =>
    choicesIn(word).map((one) => [one])
  );
  return [
    ...options.flatMap(({ choices }) => choices),
    ...inUsage,
    ...describedCommands(screen).map((one) => [one]),
    ...words,
  ].filter((list) => !list.some((word) => word.includes("{"))).slice(0, MAX_LISTS);
}

/** The options of a help text that take an address or an interface. */
export function addressesIn(help: string): string[][] {
  const options = [...describedOptions(help.slice(0, READ_CHARS)).values()];
  return options.flatMap(({ choices }) => choices).filter((list) =>
    list.some((word) => word === "eth1" || word.includes(HOST))
  );
}

/** The given arguments with a value that the message calls invalid replaced by each choice. */
function corrected(screen: string, given: string[]): string[][] {
  const line = screen.match(/invalid (?:value|choice|mode|role|type|command).{0,200}/i)?.[0] ?? "";
  const wrong = line && given.find((word) => line.includes(word) && !word.startsWith("-"));
  if (!wrong) return [];
  const listed = screen.match(/(?:possible values|choose from|expected)[: ]([^\])\n]{1,300})/i)
    ?.[1];
  const words = (listed ?? "").split(/[,|/\s]+/).map((one) => one.replace(/[^\w-]/g, ""));
  return words.filter(Boolean).map((choice) => given.map((word) => word === wrong ? choice : word));
}

/** The parts of a usage line, up to one that cannot be read. */
function partsOf(words: string[], described: Described): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i].replace(/[.,;]+$/, "");
    if (word === "" || /^\(/.test(word) && !/\|/.test(word)) break;
    const isRequired = !word.startsWith("[");
    const bare = word.replace(/^[[(<{]+(?=-)|[\])>}]+$/g, "");
    if (!bare.startsWith("-")) {
      if (/^\[?(?:flags|options?|args)\b/i.test(word)) continue;
      parts.push({ choices: valuesOf(word.replace(/^\[|\]$/g, ""), described), isRequired });
      continue;
    }
    const all = bare.split("|");
    if (
      all.length > 1 &&
      all.every((one) => /^--[\w-]+$/.test(one) || /^-\w$/.test(one) && all[0].length === 2)
    ) {
      parts.push({ choices: all.map((one) => [one]), isRequired });
      continue;
    }
    if (!isRequired) continue;
    const [option, attached] = all[0].split(/[ =]/);
    const next = attached ?? words[i + 1];
    const takesValue = next !== undefined && !/^\[/.test(next) && !/^-/.test(next);
    if (takesValue && attached === undefined) i++;
    // argparse names the value of `-p` `P`: only the letter says what it is.
    const named = /^[A-Z]$/.test(next ?? "") ? valueFor(option) : undefined;
    const own = next === option.slice(1).toUpperCase() ? VALUE_OF_LETTER[option] : named;
    const values = own ? [[own]] : takesValue ? valuesOf(next, described) : [[]];
    const known = described.options.get(option);
    const choices = known && known.choices.length > 1 && values.length <= 1
      ? known.choices
      : values.map((value) => attached ? [`${option}=${value.join("")}`] : [option, ...value]);
    parts.push({ choices, isRequired, option });
  }
  return parts;
}

/** The choices for a placeholder, for a list of choices, or for a literal word. */
function valuesOf(word: string, { commands, given, guesses }: Described): string[][] {
  const bare = word.replace(/^[<[({"'`]+|[>\])}"'`]+$/g, "").replace(/\.\.\.$/, "");
  if (bare.includes("://")) return [[valueFor(bare)!]];
  if (/[|,/]/.test(bare) && !/host|addr|ip/i.test(bare)) {
    const all = bare.split(/[|,/]/).map((one) => one.replace(/[<>\s]/g, "")).filter(Boolean);
    const known = all.filter((one) => given.includes(one));
    if (all.length > 1) return (known.length > 0 ? known : all).map((one) => [one]);
  }
  if (given.includes(bare)) return [[bare]];
  if (isSelector(bare)) return (commands.length > 0 ? commands : guesses).map((one) => [one]);
  const value = valueFor(bare);
  if (value !== undefined) return [[value]];
  // A word in small letters may be literal, such as a sub-command.
  const isLiteral = /^[a-z0-9][\w-]*$/.test(bare) && !/^[<[{]/.test(word);
  return isLiteral ? [[bare], [TEXT]] : [[TEXT]];
}

/** Options that are listed with their values: `  -role string`, `--mode {a,b}  text`. */
function describedOptions(screen: string): Map<string, Part> {
  const options = new Map<string, Part>();
  const lines = screen.split("\n");
  for (const [i, line] of lines.entries()) {
    const match = line.match(OPTION_LINE);
    if (!match) continue;
    const [, short, long, takes = "", about = ""] = match;
    let text = about;
    for (let at = i + 1; at < lines.length && /^\s{4,}[^\s-]|^\s{1,16}\t/.test(lines[at]); at++) {
      text += ` ${lines[at].trim()}`;
    }
    const option = long ?? short;
    const inName = /[|,]/.test(takes) ? takes.replace(/[<>{}[\]\s]/g, "").split(/[|,]/) : [];
    const values = inName.length > 1 ? inName : choicesIn(text);
    const places = [/:port|\bconfig|settings/i.test(text) ? text : "", option, takes];
    const value = places.map(valueFor).find((one) => one !== undefined) ?? TEXT;
    const choices = values.length > 1
      ? values.map((one) => [one])
      : takes === ""
      ? [[]]
      : [[value]];
    const isRequired = /required/i.test(text);
    for (const name of new Set([option, short])) {
      const all = choices.map((words) => [name, ...words]);
      options.set(name, { choices: all, isRequired, option: name });
    }
  }
  return options;
}

/** Sub-commands that are listed, as click, clap, cobra and commander do. */
function describedCommands(screen: string): string[] {
  const lines = screen.split("\n");
  const at = lines.findIndex((line) => COMMANDS_LINE.test(line));
  const names: string[] = [];
  for (let i = at + 1; at >= 0 && i < lines.length; i++) {
    const braces = lines[i].match(/^\s{1,16}\{([\w,-]{1,200})\}/)?.[1];
    const name = lines[i].match(/^\s{1,16}([a-z][\w-]{0,40})(?:\s|$)/)?.[1];
    if (braces) names.push(...braces.split(","));
    else if (name) names.push(name);
    else if (lines[i].trim() === "") break;
  }
  return [...new Set(names)].filter((name) => !OWN_COMMANDS.test(name)).slice(0, 8);
}

/** Options that an error message calls required. */
function namedAsRequired(screen: string, { options, guesses }: Described): Part[] {
  const parts: Part[] = [];
  const add = (option: string, takes = "") => {
    if (parts.some((part) => part.option === option)) return;
    const known = options.get(option);
    const value = valueFor(takes) ?? valueFor(option);
    const isOpen = known === undefined || isSelector(option) && known.choices.length < 2;
    const isAddress = /addr/i.test(option) && takes === "" && value === HOST;
    const values = isSelector(option)
      ? guesses
      : isAddress
      ? [`${HOST}:${PORT}`, HOST]
      : value === undefined
      ? []
      : [value];
    const choices = isOpen ? values.map((one) => [option, one]) : known.choices;
    parts.push({ choices, isRequired: true, option });
  };
  const lines = screen.split("\n");
  const errors = lines.filter((line) => /required|missing|must|not set|needed|\bno -/i.test(line));
  const at = lines.findIndex((line) =>
    /arguments? .{0,20}(?:required|not provided).{0,20}:/.test(line)
  );
  const below = at < 0 ? [] : lines.slice(at, at + 9).join("\n").split("\n\n")[0].split("\n");
  for (const line of at < 0 ? errors : below) {
    const found = line.matchAll(
      /(?<![\w-])(?:-[a-zA-Z], )?(--?[a-zA-Z][\w-]{0,40})(?:[ =](<[^>]{0,40}>|[A-Z_:]+\b))?/g,
    );
    for (const [, option, takes] of found) add(option, takes);
    const flags = line.match(/required flag\(s\):? (.{0,99}?)(?: not set|$)/)?.[1] ?? "";
    for (const [, name] of flags.matchAll(/"([\w-]{1,40})"/g)) add(`--${name}`);
  }
  for (const [name, part] of options) {
    const isListed = parts.some(({ option }) => options.get(option!)?.choices === part.choices);
    const isChoice = isSelector(name) && part.choices.length > 1;
    if (part.option === name && !isListed && (part.isRequired || isChoice)) parts.push(part);
  }
  return parts.some(({ isRequired }) => isRequired) ? parts : [];
}

/** All combinations of the required parts, then those with the optional parts too. */
function combinations(parts: Part[]): string[][] {
  const known = parts.filter(({ choices }) => choices.length > 0);
  const required = known.filter(({ isRequired }) => isRequired);
  return [
    ...required.length > 0 ? product(required) : [],
    ...required.length < known.length ? product(known) : [],
  ];
}

function product(parts: Part[]): string[][] {
  return parts.reduce<string[][]>(
    (all, { choices }) =>
      all.flatMap((head) => choices.map((tail) => [...head, ...tail])).slice(0, MAX_LISTS),
    [[]],
  );
}

/** Choices of a message that has no usage line. */
function chosen(screen: string, { options, commands, given }: Described): string[][] {
  const open = [...options.values()].find(({ choices }) => choices.length > 1);
  if (open) return [...open.choices, ...open.choices.map((choice) => [...given, ...choice])];
  if (options.has("--port")) return [[...given, "--port", PORT]];
  const words = commands.length > 0 ? commands : choicesIn(screen.slice(-1_000));
  return words.map((word) => [...given, word]);
}
