/**
 * Documents of several formats, as text with one command a line.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { joinWords } from "../../cli/shell_words.ts";
import { utf8Bytes } from "../../wire/text.ts";
import { readJson } from "../results/json_file.ts";

const ASSIGNMENT = /^([A-Za-z_]\w{0,40})\s{0,8}[:?]?=\s{0,8}(.{0,99})$/gm;

/** A command in a container's configuration. */
interface Configured {
  command?: unknown;
  environment?: unknown;
}

/** A document with one command a line; empty if it is not of its format. */
export function readable(path: string, text: string): string {
  try {
    if (/(?:package\.json|deno\.jsonc?)$/.test(path)) {
      const { scripts, tasks } = readJson(utf8Bytes(text)) as Record<string, Commands>;
      return valuesOf(scripts ?? tasks);
    }
    if (/compose\.ya?ml$/.test(path)) return contained(text);
  } catch {
    return "";
  }
  if (/Dockerfile$/.test(path)) return text.replace(/["[\],]{1,4}\s?/g, " ");
  return /[Mm]akefile$/.test(path) ? withValues(text) : text;
}

type Commands = Record<string, unknown> | undefined;

function valuesOf(commands: Commands = {}): string {
  return Object.values(commands).map(plain).join("\n");
}

/** The commands of a `compose.yaml`. */
function contained(text: string): string {
  const { services = {} } = parse(text) as { services?: Record<string, Configured> };
  return Object.values(services).map(({ command, environment }) =>
    variables(environment) + wordsOf(command).join(" ")
  ).join("\n");
}

/** `A=1 B=2 `, from an object or a list. */
function variables(env: unknown): string {
  const all = Array.isArray(env)
    ? env.map(plain)
    : Object.entries(env ?? {}).map(([name, value]) => `${name}=${plain(value)}`);
  return all.map((one) => `${joinWords([one])} `).join("");
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(plain) : [plain(value)];
}

/** A value as a word; empty for a list or an object, which may be far larger than its text. */
function plain(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? `${value}` : "";
}

/** A Makefile with its variables filled in, those of each rule too. */
function withValues(text: string): string {
  const values = new Map([["CC", "cc"], ["CXX", "c++"]]);
  for (const [, name, value] of text.matchAll(ASSIGNMENT)) values.set(name, value.trim());
  return text.split("\n").map((line) => {
    const filled = line.replace(
      /\$(?:[({](\w{1,40})[)}]|([@<^]))/g,
      (all, name, automatic) => values.get(name ?? automatic) ?? all,
    );
    const [, target, needs] = filled.match(/^([\w./-]{1,99})\s{0,8}:(?!=)\s{0,8}(.{0,400})$/) ?? [];
    if (target !== undefined) {
      values.set("@", target).set("<", needs.split(/\s+/)[0]).set("^", needs);
    }
    return filled;
  }).join("\n");
}
