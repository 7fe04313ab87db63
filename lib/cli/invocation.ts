/**
 * The command that starts this program again, for messages that can be pasted into the shell.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import type { ProgramInfo } from "./command_line.ts";
import { PERMISSIONS } from "./permissions.ts";
import { joinWords } from "./shell_words.ts";

const WINDOWS = Deno.build.os === "windows";
const SEPARATOR = WINDOWS ? "\\" : "/";

/** The project's folder, where its tasks are. */
const PROJECT = new URL("../../", import.meta.url);

/**
 * The command that starts the program again: `deno task server1` in the project's folder if there
 * is such a task, the path of an executable, or else `deno run` with the script's path.
 *
 * @example
 * ```ts
 * commandOf({ name: "server1", summary: "", examples: [] }); // deno task server1
 * ```
 */
export function commandOf({ name, permissions = PERMISSIONS }: ProgramInfo): string {
  if (Deno.build.standalone) return quoted(executable());
  return name in config.tasks && pathOf(PROJECT) === `${here()}${SEPARATOR}`
    ? `deno task ${name}`
    : runCommand(permissions);
}

/**
 * The command for one of the project's tasks from the current folder; null for an executable.
 *
 * @example
 * ```ts
 * taskCommand("eth1"); // deno task eth1
 * ```
 */
export function taskCommand(task: string): string | null {
  if (Deno.build.standalone) return null;
  const project = pathOf(PROJECT);
  if (project === null) return null;
  return project === `${here()}${SEPARATOR}`
    ? `deno task ${task}`
    : `deno task --config ${quoted(`${project}deno.json`)} ${task}`;
}

/**
 * The `deno run` command that starts the program with some permissions.
 *
 * @example
 * ```ts
 * runCommand(["--allow-net"]); // deno run --allow-net server1.ts
 * ```
 */
export function runCommand(permissions: string[] = PERMISSIONS): string {
  const script = pathOf(Deno.mainModule) ?? Deno.mainModule;
  return `deno run ${permissions.join(" ")} ${quoted(fromHere(script))}`;
}

/** The permission to read the project's own sources, as `deno run` takes it. */
export function readPermission(): string {
  return `--allow-read=${quoted(pathOf(PROJECT) ?? ".")}`;
}

/**
 * The command for `deno` if it was started by npx; null if it is installed.
 *
 * @example
 * ```ts
 * insteadOfDeno(); // npx --yes deno@2.9.6, or null
 * ```
 */
export function insteadOfDeno(): string | null {
  const byNpx = !Deno.build.standalone && /[/\\]_npx[/\\]/.test(Deno.execPath());
  return byNpx ? `npx --yes deno@${Deno.version.deno}` : null;
}

function executable(): string {
  const path = fromHere(Deno.execPath());
  return path.includes(SEPARATOR) ? path : `.${SEPARATOR}${path}`;
}

/** The path of a file URL; null for another URL. */
function pathOf(url: string | URL): string | null {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:") return null;
  const path = decodeURIComponent(pathname);
  return WINDOWS ? path.slice(1).replaceAll("/", SEPARATOR) : path;
}

/** A path relative to the current folder, if it is inside. */
function fromHere(path: string): string {
  const folder = `${here()}${SEPARATOR}`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

/** The current folder. */
function here(): string {
  try {
    return Deno.cwd();
  } catch {
    return ""; // it was deleted
  }
}

/** A path, quoted for the shell if needed. */
function quoted(path: string): string {
  return WINDOWS ? (/[^\w:.\\-]/.test(path) ? `"${path}"` : path) : joinWords([path]);
}
