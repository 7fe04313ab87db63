/**
 * `lab.json`: what a submission, or its teacher, says about how its programs are
 * built, run and asked, where that cannot be guessed.
 *
 * @module
 */
import { UsageError } from "../../cli/failure.ts";
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import { JsonError, readJson } from "../results/json_file.ts";
import { splitWords } from "./split_words.ts";

/** What is said of one program. */
export interface LabEntry {
  /** A shell command that builds it, in the submission's folder. */
  build?: string;
  /** The command that runs it; `{port}` and `{host}` stand for the server's. */
  run?: string;
  /** The lines to type for each text, `{text}` among them. */
  type?: string[];
}

/** What is said of the programs. */
export type LabFile = Partial<Record<ProgramName, LabEntry>>;

/**
 * Reads such a file.
 *
 * @throws {UsageError} If there is none, or it is not as it should be.
 */
export async function readLabFile(path: string): Promise<LabFile> {
  let content: Uint8Array;
  try {
    content = await Deno.readFile(path);
  } catch {
    throw new UsageError(`Cannot read ${path}: there is no such file, or it may not be read`);
  }
  return parseLabFile(content, path);
}

/** A submission's own that is longer is none. */
export const MAX_LAB_BYTES = 65_536;

/**
 * Reads a lab file's content.
 *
 * @param path Its name, for messages.
 * @throws {UsageError} If it is not JSON of the right shape.
 */
export function parseLabFile(content: Uint8Array, path: string): LabFile {
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  let value: unknown;
  try {
    value = readJson(content);
  } catch (error) {
    throw error instanceof JsonError ? wrong(error.message) : error;
  }
  if (!isObject(value)) throw wrong('it must be an object such as {"server1": {"run": "…"}}');
  for (const [name, entry] of Object.entries(value)) {
    if (!PROGRAM_NAMES.some((known) => known === name)) {
      throw wrong(`"${name}" is none of ${PROGRAM_NAMES.join(", ")}`);
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
  return value as LabFile;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
