/**
 * Launches: command lines with places for a host, a port and a text.
 *
 * @module
 */
import { joinWords } from "../../cli/shell_words.ts";
import type { Program } from "../sandbox/running_program.ts";

/** In the words or the environment of a launch: the server's address. */
export const HOST = "{host}";
/** In the words or the environment of a launch: the server's port. */
export const PORT = "{port}";
/** In the words of a launch: the text to ask for. */
export const TEXT = "{text}";

/** How to start a program; {@linkcode fillIn} fills in {@linkcode HOST} and {@linkcode PORT}. */
export interface Launch extends Program {
  /** The last of the words: the arguments that the grader chose. */
  given: string[];
}

/** A command followed by arguments. */
export function withArguments(command: Program, given: string[]): Launch {
  return { ...command, words: [...command.words, ...given], given };
}

/** Whether a launch has a place for something, such as {@linkcode PORT}. */
export function hasPlace({ words, env = {} }: Program, what: string): boolean {
  return [...words, ...Object.values(env)].some((word) => word.includes(what));
}

/** Whether a launch passes the grader's port to the program. */
export function passesPort(launch: Launch): boolean {
  return hasPlace(launch, PORT);
}

/** A launch with an address filled in. */
export function fillIn({ words, folder, env = {} }: Launch, host: string, port: number): Program {
  const fill = (word: string) => word.replaceAll(HOST, host).replaceAll(PORT, `${port}`);
  const variables = Object.entries(env).map(([name, value]) => [name, fill(value)]);
  return { words: words.map(fill), folder, env: Object.fromEntries(variables) };
}

/** A launch as the `run` of a lab file: one command that starts in the submission's folder. */
export function labCommand({ words, folder, env = {} }: Program): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const place = folder === "" ? [] : ["-C", folder];
  const prefix = variables.length + place.length > 0 ? ["env", ...place, ...variables] : [];
  // A shell takes a place such as {port} literally, so it needs no quotes.
  return joinWords([...prefix, ...words]).replace(
    /'([\w:/.=-]{0,99}\{\w{4}\}[\w:/.={}-]{0,99})'/g,
    "$1",
  );
}
