/**
 * The text of usage messages: the lines that show how a program is started, their words, and values
 * for their placeholders.
 *
 * @module
 */
import { endingPattern, OTHER_LANGUAGES, STARTED_LANGUAGES } from "../results/language_table.ts";
import { HOST_WORDS, PORT_WORDS } from "../results/program_words.ts";
import { HOST, PORT, SETTINGS_FILE, TEXT } from "./launch.ts";

const USAGE =
  /\b(?:usage|syntax|synopsis|uso|utilisation|verwendung|aufruf|kullan[ıi]m|penggunaan|gebruik|u[zż]ycie)\b\s{0,8}(?:of [^\n:]{0,99})?:?[ \t]{0,16}/i;
const RUNNER =
  /^(?:\$|>|python[\d.]*|py|node|java|deno|go|run|cargo|ruby|perl|php|lua|tclsh|bash|sh|npm|npx|tsx|ts-node|mono|dotnet|kotlin|-m|-jar|--|sudo|env|\.|-cp|-A|--allow-\S+)$/;
const FILE = new RegExp(
  `${
    endingPattern([...STARTED_LANGUAGES, ...OTHER_LANGUAGES]).source
  }|\\.(?:jar|exe|out)$|^\\./|^%|` +
    "^<?(?:prog|program|script|executable|binary)(?:name)?>?$",
  "i",
);
/** A quoted or plain word of a list of choices. */
const CHOICE = `[‘'"\`]?[\\w-]{1,40}['"\`’]?`;
const LISTS = [
  /([\w-]{1,40}(?::[a-z]\w{0,20})?(?:\s{0,4}\|\s{0,4}[\w-]{1,40}(?::[a-z]\w{0,20})?){1,15})/,
  new RegExp(
    `(?:one of|choose from|possible values|values?|choices|either|use|from|be)[: ]{1,4}[[({]?` +
      `(${CHOICE}(?:(?:\\s{0,4}[,/]\\s{0,4}(?:or )?|\\s{1,4}or\\s{1,4})${CHOICE}){1,15})`,
    "i",
  ),
  /([‘'"`][\w-]{1,40}['"`’](?:(?:,\s{0,4}(?:or )?|\s{1,4}or\s{1,4}|\s{0,4}\/\s{0,4})[‘'"`][\w-]{1,40}['"`’]){1,15})/,
  /\b((?:[\w-]{1,40},\s{1,4}){0,15}[\w-]{1,40} or [\w-]{1,40})/,
];

/** Places in brackets at the end of a sentence about arguments: `Arguments: [host][port]`. */
const FORM =
  /\b(?:arg(?:ument)?s?|param(?:eter)?s?|format|expects?|needs?)\b[^[<{\n]{0,60}((?:[[<{][\w -]{1,30}[\]>}][ ,]{0,3}){1,8})[.!]?\s*$/im;

/** Before a program's own name: the start of a line, a word in any language, or an interpreter. */
const BEFORE_COMMAND =
  /^\s{0,80}(?:\p{L}{2,16}\s{1,4})?(?:\.\/)?$|:\s{0,8}(?:\.\/)?$|\b(?:python[\d.]*|node|ruby|perl|php|lua|tclsh|bash|sh)\s{1,8}(?:\S{0,80}\/)?$/u;

/** Whether a text has a line such as `Usage: …`. */
export function hasUsage(screen: string): boolean {
  return USAGE.test(screen);
}

/** A screen whose line that begins with the program's own name is marked as its usage. */
export function withUsage(screen: string, names: string[]): string {
  return screen.split("\n").map((line) => {
    const isCommand = FILE.test(line.trim().split(/\s/)[0]) && /\s\S/.test(line.trim());
    const script = line.search(/(?<!\S)npm (?:run \S|start)/);
    const at = isCommand
      ? line.search(/\S/)
      : script >= 0
      ? script
      : names.map((name) => name === "" ? -1 : line.indexOf(`${name} `))
        .find((at) => at >= 0 && BEFORE_COMMAND.test(line.slice(0, at)));
    return at === undefined || hasUsage(line) ? line : `usage: ${line.slice(at).trim()}`;
  }).join("\n");
}

/** The lines that show how the program is started, each with its continuation. */
export function usageLines(screen: string): string[] {
  const lines = screen.split("\n");
  const found: string[] = [];
  for (const [i, line] of lines.entries()) {
    const match = line.match(USAGE);
    if (!match) continue;
    let text = line.slice(match.index! + match[0].length).trim();
    let at = i + 1;
    if (text === "" || /^of\b/i.test(text)) {
      // The command lines follow, one on each line.
      for (; at < lines.length && lines[at].trim() !== "" && !/^\s*-/.test(lines[at]); at++) {
        found.push(lines[at].trim());
      }
      continue;
    }
    for (; at < lines.length && isContinuation(lines[at]); at++) {
      if (isCommand(lines[at])) found.push(lines[at].trim());
      else text += ` ${lines[at].trim()}`;
    }
    const [command] = text.split(/(?<!\bnpm (?:run \S{1,40}|start))\s{1,8}[-–—]{1,2}\s/); // an explanation may follow
    found.unshift(...command.split(/\s+(?:or|oder|o|ou|\|)\s+(?=python|node|\.\/|java |npm )/));
  }
  const form = found.length > 0 ? undefined : screen.match(FORM)?.[1];
  if (form !== undefined) found.push(form.replace(/[[{]/g, "<").replace(/[\]}>][ ,]*/g, "> "));
  return found;
}

function isContinuation(line: string): boolean {
  return /^\s{4,}\S/.test(line) && !/^\s{1,40}-\S{1,40}[ ,].{0,200}\s{2}/.test(line);
}

function isCommand(line: string): boolean {
  const [first = ""] = line.trim().split(/\s/);
  return RUNNER.test(first) || FILE.test(first);
}

/** Splits a usage line at blanks that are not within brackets. */
export function usageWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let depth = 0;
  for (const char of line.replace(/\s{0,8}\|\s{0,8}/g, "|").replace(/\s#.*$/, "")) {
    if ("[<({".includes(char)) depth++;
    if ("]>)}".includes(char)) depth--;
    if (/\s/.test(char) && depth <= 0) {
      if (word !== "") words.push(word);
      word = "";
    } else word += char;
  }
  return word === "" ? words : [...words, word];
}

/** The words of a usage line that follow the program. @param stem The program's own name. */
export function wordsAfterProgram(words: string[], stem: string): string[] {
  let at = 0;
  const isProgram = (word: string) => FILE.test(word) || word.replace(/^.*\//, "") === stem;
  while (at < words.length && (RUNNER.test(words[at]) || /^[A-Z_]+=/.test(words[at]))) at++;
  const isNext = at > 0 ||
    at < words.length && (isProgram(words[at]) || !/^[-[<{]/.test(words[at]));
  const rest = words.slice(isNext ? at + 1 : at);
  return rest[0] === "--" ? rest.slice(1) : rest;
}

/** Words of which one is to be chosen: `a | b | c`, `one of: a, b`, `a, b or c`. */
export function choicesIn(text: string): string[] {
  const list = LISTS.map((form) => text.match(form)?.[1]).find((match) => match !== undefined);
  const words = (list ?? "").split(/\s{0,4}[|,/]\s{0,4}(?:or\s)?|\sor\s/)
    .map((one) => one.replace(/[^\w:-]/g, "")).filter(Boolean);
  return words.length > 1 ? words : [];
}

/** Whether a placeholder or an option chooses which program or which conversion it is. */
export function isSelector(name: string): boolean {
  return /mode|role|type|kind|which|program|task|question|op(?:eration)?$|command|direction/i
    .test(name);
}

/** The value for a password or a token. */
export const SECRET = "secret";

/** The value for a placeholder, by its name; undefined if the name is not known. */
export function valueFor(name: string): string | undefined {
  if (/^(?:localhost|\d{1,3}(?:\.\d{1,3}){3})$/.test(name)) return HOST;
  const before = name.match(/^(\S{1,80}):\d{2,5}$/)?.[1]; // `IP_OF_ETH1:7002`
  if (before !== undefined && valueFor(before) === HOST) return `${HOST}:${PORT}`;
  const address = /(?:host|addr\w{0,10}|ip|server).{0,6}[:_]port/i;
  const [, scheme = "", path = ""] = name.match(/([a-z]{2,5}:\/\/)[^/]*(\/[\w/.-]+)?/) ?? [];
  if (scheme !== "" || address.test(name)) return `${scheme}${HOST}:${PORT}${path}`;
  if (/url|uri/i.test(name)) return `http://${HOST}:${PORT}`;
  if (/\bconf(?:ig\w{0,8})?\b|settings|\b(?:ini|toml|ya?ml|file)\b|\.json\b/i.test(name)) {
    return SETTINGS_FILE;
  }
  if (/target|remote|endpoint|^-*(?:to|connect)$/i.test(name)) return `${HOST}:${PORT}`;
  if (/port/i.test(name) || PORT_WORDS.test(name)) return PORT;
  if (/iface|interface/i.test(name)) return "eth1";
  if (/(?:^|[^a-z])(?:num|count|threads|workers|backlog|max)(?:$|[^a-z])/i.test(name)) return "5";
  if (
    HOST_WORDS.test(name) ||
    /host|\bip|ip\b|addr|bind|listen|server(?!.{0,20}(?:mode|role|[12]))/i.test(name)
  ) {
    return HOST;
  }
  if (/buf|size|bytes|length/i.test(name)) return "1024";
  if (
    /te?xt|message|msg|str(?:ing)?\b|word|input|data|bits|binary|sentence|payload|value/i.test(name)
  ) {
    return TEXT;
  }
  if (/name|user|nick|login/i.test(name)) return "ada";
  if (/pass|secret|token|key/i.test(name)) return SECRET;
  return /num|count|sec|timeout|retries|threads|workers|backlog|max|^n$|^int/i.test(name)
    ? "5"
    : undefined;
}

/** The options of a usage line that take an address and may be left out: `[--to HOST:PORT]`. */
export function optionalAddresses(screen: string): string[][] {
  return usageLines(screen).flatMap(usageWords).flatMap((word) => {
    const [, option, takes = ""] = word.match(/^\[(--?[\w-]+)[ =]([^\]]+)\]$/) ?? [];
    const value = option && (valueFor(takes) ?? valueFor(option));
    return value?.includes(HOST) ? [[option!, value]] : [];
  });
}
