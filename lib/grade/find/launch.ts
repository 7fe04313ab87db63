/**
 * Launches: command lines with places for a host, a port and a text; and the usual arguments, which are
 * tried where neither a lab file, nor the submission's documents, nor a usage message names them.
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

/** Arguments and variables for a program. */
export interface ArgumentList {
  given: string[];
  env?: Record<string, string>;
}

const TAKES_ARGUMENTS =
  /argv|\bargs?\b|ARGV|parse_?args|clap|getopt|OptionParser|commander|\bflag\.|docopt|\bclick\b|\btyper\b/i;
const VARIABLE =
  /(?:environ|getenv|EnvironmentVariable|process\.env|env::var|Getenv|LookupEnv|env\.get|\$ENV|ENV)\W{1,4}([A-Za-z_]\w{0,63})/g;
const DESTRUCTURED = /\{([^{}]{0,1024})\}\s{0,64}=\s{0,64}process\.env\b/g;

/** The usual arguments for an address, the fewest words first; the first list is empty. */
export function usualArguments(source: string): ArgumentList[] {
  const env = variablesIn(source);
  return [
    { given: [] },
    ...Object.values(env).some((value) => value.includes(PORT)) ? [{ given: [], env }] : [],
    ...[
      ["-p", PORT],
      [PORT],
      [HOST, PORT],
      [PORT, HOST],
      [`${HOST}:${PORT}`],
      ["--port", PORT],
      ["--host", HOST, "--port", PORT],
      [HOST],
    ].map((given) => ({ given })),
  ];
}

/** Whether a source reads arguments. */
export function takesArguments(source: string): boolean {
  return TAKES_ARGUMENTS.test(source);
}

/** The usual arguments for a text, for a client that reads no keyboard. */
export function usualTextArguments(source: string): ArgumentList[] {
  if (!takesArguments(source)) return [];
  return [[TEXT], [HOST, PORT, TEXT], [PORT, TEXT], [HOST, TEXT], [TEXT, HOST, PORT]]
    .map((given) => ({ given }));
}

/** The environment variables that a source reads and whose names say what to give. */
export function variablesIn(source: string): Record<string, string> {
  const destructured = [...source.matchAll(DESTRUCTURED)].flatMap((
    [, all],
  ) => [...all.matchAll(/([A-Za-z_]\w{0,63})\s{0,8}(?:[:=][^,]{0,99})?(?:,|$)/g)]);
  const names = [...source.matchAll(VARIABLE), ...destructured].map(([, name]) => name);
  return valuesFor(names);
}

/**
 * The values of variables whose names say what to give; an address alone holds the port too.
 *
 * @param others Other variables that the program reads.
 */
export function valuesFor(names: string[], others: string[] = []): Record<string, string> {
  const isPort = (name: string) => /port/i.test(name);
  const whole = [...names, ...others].some(isPort) ? HOST : `${HOST}:${PORT}`;
  return Object.fromEntries([
    ...names.filter(isPort).map((name) => [name, PORT]),
    ...names.filter((name) =>
      /host|addr|ip|url|endpoint|target|server/i.test(name) && !isPort(name)
    )
      .map((name) => [name, /addr|endpoint|target|server$/i.test(name) ? whole : HOST]),
  ]);
}
