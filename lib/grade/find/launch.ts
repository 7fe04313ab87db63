/**
 * Launches: command lines with the placeholders `{host}`, `{port}` and `{text}`; and the usual
 * arguments, which are tried if no lab file, document or usage message names any.
 *
 * @module
 */
import { joinWords } from "../../cli/shell_words.ts";
import type { Program } from "../sandbox/running_program.ts";

/** The placeholder for the server's address, in the words or the environment of a launch. */
export const HOST = "{host}";
/** The placeholder for the server's port, in the words or the environment of a launch. */
export const PORT = "{port}";
/** The placeholder for the text to convert, in the words of a launch. */
export const TEXT = "{text}";
/** The placeholder for a settings file of the submission; the search fills it in. */
export const SETTINGS_FILE = "{settings}";

/** How to start a program; {@linkcode fillIn} fills in {@linkcode HOST} and {@linkcode PORT}. */
export interface Launch extends Program {
  /** The last of the words: the arguments that the grader chose. */
  given: string[];
}

/** A command followed by arguments. */
export function withArguments(command: Program, given: string[]): Launch {
  return { ...command, words: [...command.words, ...given], given };
}

/** Whether a launch has a placeholder, such as {@linkcode PORT}. */
export function hasPlace({ words, env = {} }: Program, what: string): boolean {
  return [...words, ...Object.values(env)].some((word) => word.includes(what));
}

/** Whether a launch passes the grader's port to the program. */
export function passesPort(launch: Launch): boolean {
  return hasPlace(launch, PORT);
}

/** A launch with a value in a place such as {@linkcode PORT}. */
export function withPlace(launch: Launch, place: string, value: string): Required<Launch> {
  const fill = (word: string) => word.replaceAll(place, value);
  const variables = Object.entries(launch.env ?? {}).map(([name, word]) => [name, fill(word)]);
  const [words, given] = [launch.words.map(fill), launch.given.map(fill)];
  return { ...launch, words, given, env: Object.fromEntries(variables) };
}

/** A launch with an address filled in. */
export function fillIn(launch: Launch, host: string, port: number): Program {
  const { words, folder, env } = withPlace(withPlace(launch, HOST, host), PORT, `${port}`);
  return { words, folder, env };
}

/** A launch as the `run` of a lab file: one command that starts in the submission's folder. */
export function labCommand({ words, folder, env = {} }: Program): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const place = folder === "" ? [] : ["-C", folder];
  const prefix = variables.length + place.length > 0 ? ["env", ...place, ...variables] : [];
  // {port} means itself in a shell: it needs no quotes.
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

/** Values for the environment variables that a source reads, by the names of the variables. */
export function variablesIn(source: string): Record<string, string> {
  const destructured = [...source.matchAll(DESTRUCTURED)].flatMap((
    [, all],
  ) => [...all.matchAll(/([A-Za-z_]\w{0,63})\s{0,8}(?:[:=][^,]{0,99})?(?:,|$)/g)]);
  const names = [...source.matchAll(VARIABLE), ...destructured].map(([, name]) => name);
  return valuesFor(names);
}

/**
 * Values for variables whose names contain words such as `port` or `host`. Without a variable for the
 * port, a variable for an address gets `{host}:{port}`.
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
