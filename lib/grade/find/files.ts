/**
 * Reads the files of a submission: sources, executables, documents and settings, within limits; and
 * searches them for a user name and a password.
 *
 * @module
 */
import { endingPattern, STARTED_LANGUAGES } from "../results/language_table.ts";
import { isDocument } from "./documents.ts";

const MAX_SOURCE_BYTES = 64 * 1024;
const MAX_FILES = 2_000;
const MAX_DEPTH = 8;
const SKIPPED_FOLDERS = /^(node_modules|target|venv|env|__pycache__|build|dist|\..*)$/;
/** Limits of what is read: all sources are compared with each other. */
const MAX_SOURCES = 200;
const MAX_BYTES = 1024 * 1024;
const SOURCE = endingPattern(STARTED_LANGUAGES);
const EXECUTABLE = /^[^.]+(\.(out|exe|bin|elf))?$/;
/** Files that a program may read its settings from. */
export const SETTINGS = /\.(?:properties|ini|json|ya?ml|env|cfg|conf|toml)$/i;

/** A file that may be a program. */
export interface Candidate {
  path: string;
  /** Its text; empty for an executable. */
  source: string;
  /** The path of its source, if that source is compiled to several programs. */
  compiledFrom?: string;
  /** The compiler's `-D` options for this program. */
  defines?: string[];
}

/** The endings of the interpreters that a script's first line names. */
const ENDINGS: Record<string, string> = {
  ...{ python: "py", node: "js", deno: "ts", ruby: "rb", perl: "pl", php: "php" },
  ...{ lua: "lua", tclsh: "tcl", bash: "sh", sh: "sh" },
};

/** The files of a folder. */
export interface ReadFiles {
  /** All files, relative to the folder. */
  files: string[];
  /** Sources and executables, those nearer to the top first. */
  candidates: Candidate[];
  /** Files that may say how the programs are started. */
  documents: Candidate[];
  settings: Candidate[];
  /** Sources beyond the limits. */
  unread: string[];
}

/** Reads the sources and documents of a folder, within limits. Follows no links. */
export async function readFiles(folder: string): Promise<ReadFiles> {
  const files = await listPaths(folder);
  const candidates: Candidate[] = [];
  const documents: Candidate[] = [];
  const settings: Candidate[] = [];
  const unread: string[] = [];
  let bytes = 0;
  for (const path of files.toSorted((a, b) => a.split("/").length - b.split("/").length)) {
    const name = path.split("/").at(-1)!;
    const isSettings = SETTINGS.test(name);
    const isRead = isDocument(path) || SOURCE.test(name) || isSettings;
    const source = isRead && bytes < MAX_BYTES ? await readSource(`${folder}/${path}`) : "";
    bytes += source.length;
    if (isDocument(path)) documents.push({ path, source });
    else if (isSettings) settings.push({ path, source });
    if (SOURCE.test(name)) {
      if (bytes < MAX_BYTES && candidates.length < MAX_SOURCES) candidates.push({ path, source });
      else unread.push(path);
    } else if (EXECUTABLE.test(name)) {
      const script = isDocument(path) ? undefined : await readScript(folder, path);
      if (script) candidates.push(script);
      else if (await isExecutable(`${folder}/${path}`)) candidates.push({ path, source: "" });
    }
  }
  return { files, candidates, documents, settings, unread };
}

/** The folder that a path is in, `` for the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The length of the folder that holds several files, with its slash; 0 for the top. */
export function sharedFolderLength(paths: string[]): number {
  let shared = paths.length > 1 ? folderOf(paths[0]) : "";
  while (shared !== "" && !paths.every((path) => path.startsWith(`${shared}/`))) {
    shared = folderOf(shared);
  }
  return shared === "" ? 0 : shared.length + 1;
}

/** The paths of a folder's files, relative to the folder, without those of tools and of builds. */
export async function listPaths(folder: string): Promise<string[]> {
  const files: string[] = [];
  await list(folder, "", 0, files);
  return files;
}

async function list(folder: string, below: string, depth: number, files: string[]): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(`${folder}/${below}`));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isFile, isDirectory } of entries) {
    if (files.length >= MAX_FILES) return;
    if (isFile) files.push(below + name);
    if (isDirectory && depth < MAX_DEPTH && !SKIPPED_FOLDERS.test(name)) {
      await list(folder, `${below}${name}/`, depth + 1, files);
    }
  }
}

async function readSource(path: string): Promise<string> {
  const { size } = await Deno.lstat(path);
  return size > MAX_SOURCE_BYTES ? "" : await Deno.readTextFile(path).catch(() => "");
}

/** A script without an ending, as a source with the ending of its first line's language. */
async function readScript(folder: string, path: string): Promise<Candidate | undefined> {
  const source = await readSource(`${folder}/${path}`);
  const tool = source.match(/^#!\s?\S{0,80}\/(?:env\s+(?:-S\s+)?)?([a-z]{2,10})[\d.]*\b/)?.[1];
  const ending = tool && ENDINGS[tool];
  return ending ? { path: `${path}.${ending}`, source, compiledFrom: path } : undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  const { mode, size } = await Deno.lstat(path);
  return size > 0 && ((mode ?? 0) & 0o111) !== 0;
}

/** What a login asks for. */
export interface Credentials {
  user?: string;
  password?: string;
}

const ENTRY =
  /(?<![a-z])(?:(user(?:name)?|login)|(pass(?:word|wd|phrase)?|pin|token|secret))["'\]]{0,2}\s{0,8}(?:[:=!]{1,3}|\|\||\?\?|(?<=["']),)\s{0,8}(?:(["'`])([\w.@-]{1,40})\3|([\w.@-]{1,40})(?=\s|$))/gi;

/**
 * Searches files for a user name and a password.
 *
 * @param files Settings and documents first, then sources: in those a value has quotes.
 */
export function credentialsIn(files: (Candidate & { isCode: boolean })[]): Credentials {
  const found: Credentials = {};
  for (const { source, isCode } of files) {
    for (const [, user, , , quoted, bare] of source.matchAll(ENTRY)) {
      const value = quoted ?? (isCode ? undefined : bare);
      if (value !== undefined) found[user === undefined ? "password" : "user"] ??= value;
    }
  }
  return found;
}
