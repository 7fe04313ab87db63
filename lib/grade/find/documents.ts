/**
 * The commands that a submission documents: in its README and notes, comments at the top of
 * sources, Makefile, package.json, Dockerfile and shell scripts.
 *
 * @module
 */
import { endingPattern, STARTED_LANGUAGES } from "../results/language_table.ts";
import type { ProgramName } from "../results/results.ts";
import { HOST, PORT, TEXT } from "./launch.ts";
import { roleNamed } from "../results/program_words.ts";
import { fitOf, numberNamed } from "./roles.ts";
import { readable } from "./readable_document.ts";
import { usageWords, valueFor } from "./usage_text.ts";

const DOCUMENT =
  /(?:^|\/)(?:readme|notes?|usage|run|how|instruc|leeme|lies)[^/]{0,40}$|\.(?:md|txt|rst|adoc|sh|bash)$|(?:^|\/)(?:(?:GNU)?[Mm]akefile|justfile|Procfile|package\.json|deno\.jsonc?|[^/]{0,40}Dockerfile|[^/]{0,40}compose\.ya?ml|Taskfile\.ya?ml)$/i;
const SOURCE = endingPattern(STARTED_LANGUAGES);
const MAX_DOCUMENTS = 40;
const MAX_CHARS = 64 * 1024;
const MAX_LINE = 400;
/** Of a source only the first lines are searched for commands. */
const HEAD_LINES = 60;
const MAX_COMMANDS = 200;
/** The most documented commands that are tried for one program. */
const MAX_FOR_PROGRAM = 3;
const RUN =
  /(?:^|[\s`"'$>:(|@;&])((?:[A-Z_]\w{0,40}=(?:<[^<>\n]{0,40}>|\S){1,80}\s{1,4}){0,6}(?:(?:uv|poetry|pipenv) run |exec |sudo )?(?:python[\d.]{0,5}|py|node|tsx|ts-node|deno|bun|java|go run|cargo run|ruby|php|perl|lua|tclsh|bash|sh|npx|dotnet run|\.\/|(?<!-o |-out:)(?:target|build|bin)\/(?=\w))[^`\n]{0,300})/;
/** Between commands: a line end, a word, a bar, or the blanks before a second `./program`. */
const NEXT_COMMAND =
  /\n|\s(?:or|oder|ou|o|and|und)\s|\s\|\s{1,4}(?=(?:python[\d.]{0,5}|node|java|ruby|php|perl|\.\/\S{1,80})\s)|\s(?=\.\/\w)(?<=(?:^|\s)\.\/\S{1,80}\s[^\n]{0,200})/;
const INTERPRETER =
  /^(?:python[\d.]*|py|node|tsx|ts-node|deno|bun|ruby|php|perl|lua|tclsh|bash|sh)$/;
/** Words between a runner and the program. */
const SKIPPED = /^(?:run|npx|tsx|ts-node|--\S*|-A|-u|-[BW]\S*|-q|-r|-s)$/;
const TAKES_VALUE =
  /^(?:-cp|-classpath|--class-path|--project|--manifest-path|-W|-X|-r|--import|--loader)$/;
/** A list of words of which one is chosen. */
const CHOICES = /^-{0,2}\w[\w-]{0,40}(?:\|-{0,2}\w[\w-]{0,40}){1,9}$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|::1)$/;

/** A command of a document. */
export interface Documented {
  /** What is started, as the document writes it: a path, a module, a class or a binary. */
  target: string;
  isModule: boolean;
  /** The environment variables before the command. */
  env: Record<string, string>;
  /** The arguments, with places for a host, a port and a text. */
  given: string[];
  /** How well the arguments fit the program, by {@linkcode fitOf}. */
  fit: number;
}

/** Whether a file may document commands. */
export function isDocument(path: string): boolean {
  return DOCUMENT.test(path);
}

/** The commands in documents and in the heads of sources. */
export function documentedCommands(texts: { path: string; source: string }[]): Documented[] {
  const found: Documented[] = [];
  const documents = texts.filter(({ path }) => isDocument(path)).slice(0, MAX_DOCUMENTS);
  const heads = texts.filter(({ path }) => !isDocument(path))
    .map(({ source }) => source.slice(0, MAX_CHARS).split("\n", HEAD_LINES).join("\n"));
  for (const text of [...documents.map(({ path, source }) => readable(path, source)), ...heads]) {
    for (const line of text.slice(0, MAX_CHARS).split(NEXT_COMMAND)) {
      const command = line.slice(0, MAX_LINE).match(RUN)?.[1];
      const one = command === undefined ? undefined : commandOf(command);
      if (one) found.push(...alternatives(one.given).map((given) => ({ ...one, given })));
      if (found.length >= MAX_COMMANDS) return found;
    }
  }
  return found;
}

/** The documented commands that start a file as one of the four programs, the best first. */
export function documentedFor(
  path: string,
  name: ProgramName,
  commands: Documented[],
): Documented[] {
  const forFile = commands.filter((command) => starts(command, path));
  const distinct = new Map(
    forFile.map((one) => [JSON.stringify([one.target, one.given, one.env]), one]),
  );
  const fitting = [...distinct.values()].map((one) => ({
    ...one,
    fit: fitOf([...one.given, ...Object.values(one.env)], name),
  }))
    .filter(({ fit }) => fit >= 0);
  fitting.sort((a, b) => b.fit - a.fit);
  const best = fitting.filter(({ fit }) => fit === fitting[0].fit);
  const isOneWordApart = best.length === 2 && best[0].given.length === best[1].given.length;
  // Documents usually list choices in the order of the questions.
  if (isOneWordApart && name.endsWith("2")) fitting.unshift(fitting.splice(1, 1)[0]);
  return fitting.slice(0, MAX_FOR_PROGRAM);
}

/** One list of arguments for each choice in a list such as `encode|decode`. */
function alternatives(given: string[]): string[][] {
  return given.reduce<string[][]>(
    (all, word) => {
      const choices = CHOICES.test(word) ? word.split("|") : [word];
      return choices.flatMap((one) => all.map((list) => [...list, one]));
    },
    [[]],
  ).slice(0, MAX_COMMANDS);
}

/** Whether a command names a file: by its path, module, class, binary, or the folder of `main`. */
function starts({ target, isModule }: Documented, path: string): boolean {
  const whole = path.replace(/\.\w+$/, "");
  if (isModule) {
    const module = target.replaceAll(".", "/");
    return `/${whole}`.endsWith(`/${module}`) || `/${whole}`.endsWith(`/${module}/__main__`);
  }
  if (`/${path}`.endsWith(`/${target}`)) return true;
  const parts = whole.split("/");
  const last = target.split("/").at(-1)!;
  if (SOURCE.test(last)) return false;
  const name = last.replace(/\.(?:out|exe|bin)$/, "").split(".").at(-1);
  const stem = parts.at(-1);
  const folders = parts.slice(-3, -1).filter((part) => part !== "src");
  return name === stem ||
    /^(?:main|mod|index|program)$/i.test(stem ?? "") && name === folders.at(-1);
}

/** Reads one command; undefined if it names no program. */
function commandOf(command: string): Documented | undefined {
  // A bar before an option separates choices; any other bar is a pipe of the shell.
  const bare = command.split(
    /\s[#>&;]|\s\|(?:\s(?!-)|$)|&&|;\s|\s{3,}(?!-)|\s[—–-]\s|["']\)\s?;|["')]{1,3}[;,]?\s?$|\*\/|\\n/,
  )[0]
    .trim();
  const words = usageWords(bare);
  const env: Record<string, string> = {};
  while (/^[A-Z_]\w*=/.test(words[0] ?? "")) {
    const [name, value] = words.shift()!.split("=");
    env[name] = value === "eth1" ? value : valueOf(value, name);
  }
  while (/^(?:uv|poetry|pipenv|run|exec|sudo|npx)$/.test(words[0] ?? "")) words.shift();
  const runner = words[0] ?? "";
  let at = runner.includes("/") ? 0 : 1;
  let named: string | undefined;
  if (runner === "go" || runner === "cargo" || runner === "dotnet") at = 2;
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === "-m" && INTERPRETER.test(runner)) {
      return words[at + 1] === undefined ? undefined : {
        target: words[at + 1],
        isModule: true,
        env,
        given: argumentsOf(words.slice(at + 2)),
        fit: 0,
      };
    }
    if (/^(?:-p|--package|--bin|-jar)$/.test(word)) {
      named = words[++at];
    } else if (/^--(?:package|bin)=/.test(word)) {
      named = word.split("=")[1];
    } else if (word === "--") {
      break;
    } else if (TAKES_VALUE.test(word)) {
      at++;
    } else if (!SKIPPED.test(word) && !word.startsWith("-")) {
      if (runner === "cargo") break;
      named = word;
      break;
    }
  }
  if (named === undefined || !/^[\w./@-]{1,200}$/.test(named)) return undefined;
  const rest = words.slice(at + 1).filter((word, i) => word !== "--" || i > 0);
  return {
    target: named.replace(/^\.\//, ""),
    isModule: false,
    env,
    given: argumentsOf(rest),
    fit: 0,
  };
}

/** The arguments of a command without the optional ones. */
function argumentsOf(words: string[]): string[] {
  const given: string[] = [];
  for (const word of words) {
    const choices = word.replace(/^[[<{(]+|[\])>}]+$/g, "").replaceAll(",", "|");
    const isSelector = CHOICES.test(choices) &&
      (word.startsWith("{") ||
        choices.split("|").some((one) => roleNamed(one) ?? numberNamed(one)));
    if (isSelector) given.push(choices);
    if (isSelector || /^[[?]/.test(word)) continue;
    if (/^(?:\.\.\.|→|->|=>|\(|or$|and$|in$|to$)/.test(word)) break;
    const isOption = word.startsWith("-") && !word.includes("=");
    given.push(isOption ? word : valueOf(word, given.at(-1)));
  }
  return given;
}

/**
 * An argument, with an address, a port or a placeholder replaced by `{host}`, `{port}` or `{text}`.
 *
 * @param option The option or variable that it belongs to.
 */
function valueOf(word: string, option = ""): string {
  const [, named, value] = word.match(/^(--?[\w-]{1,40}=)(.{0,200})$/) ?? [];
  if (named !== undefined) return named + valueOf(value, named);
  const bare = word.replace(/^["'`]{1,3}|["'`,.]{1,4}$/g, "").replace(/\[(:\w{1,40})\]/, "$1");
  if (/^(?:\.{3}|…)$/.test(word)) return valueFor(option) ?? TEXT;
  const url = bare.match(/^([a-z]{2,5}:\/\/)([^/]{1,80})(.{0,80})$/);
  if (url) return `${url[1]}${valueOf(url[2])}${url[3]}`;
  if (/^\$\{.{0,40}\d\.\d{1,3}\.\d/.test(bare)) return HOST;
  const [host, port, more] = bare.split(":");
  const isPort = (text: string | undefined) => text !== undefined && /^\d{3,5}$/.test(text);
  if (/^<?(?:host|ip|addr\w*)>?:<?port>?$/i.test(bare)) return `${HOST}:${PORT}`;
  if (more === undefined && host !== "" && isPort(port)) return `${HOST}:${PORT}`;
  if (ADDRESS.test(bare)) return HOST;
  if (isPort(bare)) return PORT;
  const isPlace = /^[<${]/.test(bare) || /^[A-Z][A-Z_\d:-]*$/.test(bare) || /[>}]$/.test(bare);
  if (isPlace || /eth1/i.test(bare)) {
    const ofOption = /^-[hH]$/.test(option) ? HOST : /^-[pP]$/.test(option) ? PORT : undefined;
    return valueFor(bare) ?? ofOption ?? valueFor(option) ?? (/eth1/i.test(bare) ? HOST : TEXT);
  }
  return /^["']/.test(word) ? TEXT : bare;
}
