/**
 * The usual arguments for a host, a port and a text. They are tried where neither a lab file,
 * nor the submission's documents, nor a usage message names them.
 *
 * @module
 */
import { HOST, PORT, TEXT } from "./launch.ts";

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
