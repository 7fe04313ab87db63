/**
 * From a program to a command: how it is told a host and a port.
 *
 * @module
 */
import type { Built } from "./build.ts";

/** A way to tell a program a host and a port. */
export type LaunchCommand = (program: Built, host: string, port: number) => Built;

const TAKES_ARGUMENTS = /argv|\bargs?\b|Deno\.args|ARGV|@ARGV/;

/** In a client's words: the text to ask for. */
export const TEXT = "{text}";

/** The ways to tell a client the text at once, for one that reads no keyboard. */
export function launchCommandsWithText({ fixed, source }: Built): LaunchCommand[] {
  if (fixed || !TAKES_ARGUMENTS.test(source)) return [];
  return [
    byArgs(() => [TEXT]),
    byArgs((host, port) => [host, port, TEXT]),
    byArgs((_, port) => [port, TEXT]),
    byArgs((host) => [host, TEXT]),
    byArgs((host, port) => [TEXT, host, port]),
  ];
}

/** All the ways to tell a program where, the fewest words first. */
export function launchCommands({ fixed, source }: Built): LaunchCommand[] {
  if (fixed) {
    return [(program, host, port) => ({
      ...program,
      words: program.words.map((word) =>
        word.replaceAll("{port}", `${port}`).replaceAll("{host}", host)
      ),
    })];
  }
  const names = [
    ...source.matchAll(/(?:environ|getenv|process\.env|env::var|Getenv|env\.get)\W{1,4}(\w+)/g),
    ...[...source.matchAll(/\{([^{}]{0,1024})\}\s{0,64}=\s{0,64}process\.env\b/g)].flatMap((
      [, all],
    ) => [
      ...all.matchAll(/(\w+)\s*(?:[:=][^,]*)?(?:,|$)/g),
    ]),
  ].map(([, name]) => name);
  const ports = names.filter((name) => /port/i.test(name));
  const hosts = names.filter((name) => /host|addr|ip/i.test(name));
  const byEnv: LaunchCommand = (program, host, port) => ({
    ...program,
    env: Object.fromEntries([
      ...ports.map((name) => [name, `${port}`]),
      ...hosts.map((name) => [name, host]),
    ]),
  });
  return [
    (program) => program,
    ...ports.length > 0 ? [byEnv] : [],
    byArgs((_, port) => ["-p", port]),
    byArgs((_, port) => [port]),
    byArgs((host, port) => [host, port]),
    byArgs((host, port) => [port, host]),
    byArgs((host, port) => [`${host}:${port}`]),
    byArgs((_, port) => ["--port", port]),
    byArgs((host, port) => ["--host", host, "--port", port]),
    byArgs((host) => [host]),
  ];
}

function byArgs(say: (host: string, port: string) => string[]): LaunchCommand {
  return (program, host, port) => ({
    ...program,
    words: [...program.words, ...say(host, `${port}`)],
  });
}
