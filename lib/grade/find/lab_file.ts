/**
 * Lab files: how programs are built, run and asked, from a submission's own `lab.json` or from the
 * instructor's file.
 *
 * @module
 */
import { UsageError } from "../../cli/failure.ts";
import {
  ANSWER_NAMES,
  type AnswerSpec,
  DEFAULT_ANSWERS,
  type LabAnswers,
  parseAnswer,
} from "../results/answer_texts.ts";
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import { isObject, JsonError, MAX_LAB_BYTES, readJson } from "../results/json_file.ts";
import { splitWords } from "../../cli/shell_words.ts";

/** The settings of one program. */
export interface LabEntry {
  /** A shell command that builds it, in the submission's folder. */
  build?: string;
  /** The command that runs it; `{port}` and `{host}` are replaced by the server's. */
  run?: string;
  /** The lines to type for each text, `{text}` among them. */
  type?: string[];
}

/** The settings of the four programs. */
export type ProgramSettings = Partial<Record<ProgramName, LabEntry>>;

/** An instructor's lab file. */
export interface Lab {
  /** How programs are built, run and asked. */
  programs: ProgramSettings;
  answers: LabAnswers;
  /** Further settings of single submissions, by a student's or a submission's name. */
  submissions: Record<string, ProgramSettings>;
}

/** The lab without a lab file. */
export const DEFAULT_LAB: Lab = { programs: {}, answers: DEFAULT_ANSWERS, submissions: {} };

/** Keys that only an instructor's lab file may have. */
const INSTRUCTORS_KEYS = ["answers", "submissions"];

/** The programs' names in a lab of one pair, beside `server1` and `client1`. */
const ONE_PAIR = ["server", "client"];

/**
 * Reads an instructor's lab file.
 *
 * @throws {UsageError} If there is no such file, or it is not valid.
 */
export async function readLab(path: string): Promise<Lab> {
  let content: Uint8Array;
  try {
    content = await Deno.readFile(path);
  } catch {
    throw new UsageError(`Cannot read ${path}: there is no such file, or it may not be read`);
  }
  const { answers: named, submissions = {}, ...given } = asObject(content, path);
  const answers = named === undefined ? DEFAULT_ANSWERS : readAnswers(named, path);
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  if (!isObject(submissions)) {
    throw wrong('"submissions" must be an object such as {"ada": {"server1": {"run": "…"}}}');
  }
  const own = Object.entries(submissions).map(([name, settings]) => [
    name,
    checkPrograms(settings, (why) => wrong(`submission "${name}": ${why}`), answers),
  ]);
  return {
    programs: checkPrograms(given, wrong, answers),
    answers,
    submissions: Object.fromEntries(own),
  };
}

/** Reads what the servers answer; `server` alone is a lab of one pair. */
function readAnswers(value: unknown, path: string): LabAnswers {
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  const example = 'write {"server1": "upper", "server2": "reverse"}, or {"server": "upper"} alone';
  if (!isObject(value)) throw wrong(`"answers" must be an object; ${example}`);
  const { server, server1 = server, server2, ...others } = value;
  const unknown = Object.keys(others)[0];
  if (
    unknown !== undefined || server1 === undefined || server !== undefined && server1 !== server
  ) {
    throw wrong(`"answers" holds ${unknown ?? Object.keys(value).join(", ")}; ${example}`);
  }
  for (const answer of [server1, server2]) {
    if (answer === undefined) continue;
    const isCommand = isObject(answer) && Object.keys(answer).join() === "command" &&
      typeof answer.command === "string";
    if (isCommand) {
      checkWords(answer.command as string, (why) => wrong(`"answers": ${why}`));
    } else if (typeof answer !== "string" || !parseAnswer(answer)) {
      const known = ANSWER_NAMES.join(", ");
      throw wrong(`there is no answer ${JSON.stringify(answer)}; there are ${known}`);
    }
  }
  return {
    server1: server1 as AnswerSpec,
    ...server2 !== undefined && { server2: server2 as AnswerSpec },
  };
}

/** The settings of a submission's own `lab.json`; empty if it has none that can be read. */
export async function ownLabFile(
  folder: string,
  files: string[],
  answers: LabAnswers = DEFAULT_ANSWERS,
): Promise<ProgramSettings> {
  if (!files.includes("lab.json")) return {};
  try {
    const path = `${folder}/lab.json`;
    if ((await Deno.lstat(path)).size > MAX_LAB_BYTES) return {};
    return parseLabFile(await Deno.readFile(path), "lab.json", answers);
  } catch {
    return {}; // another file of the student that happens to have this name
  }
}

/**
 * Reads the content of a submission's lab file.
 *
 * @param answers What the lab's servers answer: a lab of one pair has `server` and `client`.
 * @throws {UsageError} If it is not JSON of the right shape.
 */
export function parseLabFile(
  content: Uint8Array,
  path: string,
  answers: LabAnswers = DEFAULT_ANSWERS,
): ProgramSettings {
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  return checkPrograms(asObject(content, path), wrong, answers);
}

/** A file's content as an object. @throws {UsageError} If it is none. */
function asObject(content: Uint8Array, path: string): Record<string, unknown> {
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  let value: unknown;
  try {
    value = readJson(content);
  } catch (error) {
    throw error instanceof JsonError ? wrong(error.message) : error;
  }
  if (!isObject(value)) throw wrong('it must be an object such as {"server1": {"run": "…"}}');
  return value;
}

/** Checks the settings of the programs; keys that only an instructor may use are left out. */
function checkPrograms(
  value: unknown,
  wrong: (why: string) => UsageError,
  { server2 }: LabAnswers,
): ProgramSettings {
  if (!isObject(value)) throw wrong('it must be an object such as {"server1": {"run": "…"}}');
  const isOnePair = server2 === undefined;
  const programs = Object.fromEntries(
    Object.entries(value).filter(([key]) => !INSTRUCTORS_KEYS.includes(key)).map(([key, entry]) => [
      isOnePair && ONE_PAIR.includes(key) ? `${key}1` : key,
      entry,
    ]),
  );
  for (const [name, entry] of Object.entries(programs)) {
    if (!PROGRAM_NAMES.some((known) => known === name)) {
      const names = [...isOnePair ? ONE_PAIR : PROGRAM_NAMES, ...INSTRUCTORS_KEYS];
      throw wrong(`"${name}" is none of ${names.join(", ")}`);
    }
    if (!isObject(entry)) throw wrong(`"${name}" must be an object`);
    for (const [key, what] of Object.entries(entry)) {
      const isWords = Array.isArray(what) && what.every((one) => typeof one === "string") &&
        what.some((one) => one.includes("{text}"));
      const right = key === "type" ? isWords : typeof what === "string";
      if (!["build", "run", "type"].includes(key) || !right) {
        throw wrong(
          `"${name}" may have "build" and "run", texts, and "type", texts with {text} in one`,
        );
      }
      if (key === "run") checkWords(String(what), (why) => wrong(`"${name}": ${why}`));
    }
  }
  return programs as ProgramSettings;
}

function checkWords(command: string, wrong: (why: string) => UsageError): void {
  // deno-lint-ignore no-control-regex
  if (/^\s*$|[\0-\x08]/.test(command)) throw wrong("a command must have words, and no NUL");
  try {
    splitWords(command);
  } catch (error) {
    throw wrong((error as Error).message);
  }
}
