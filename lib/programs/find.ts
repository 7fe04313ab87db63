/**
 * Which files of a submission are its four programs: by their names where these
 * say so, by what they do where they do not.
 *
 * @module
 */
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";

const MAX_SOURCE_BYTES = 256 * 1024;
const MAX_FILES = 2_000;
const MAX_DEPTH = 8;
const SKIPPED_FOLDERS = /^(node_modules|target|venv|env|__pycache__|build|dist|\..*)$/;
const SOURCE = /\.(py|js|mjs|cjs|ts|c|cc|cpp|cxx|java|go|rs|sh)$/i;
const EXECUTABLE = /^[^.]+(\.(out|exe|bin|elf))?$/;

/** A file that may be a program. */
export interface Candidate {
  /** Where it is, relative to the submission. */
  path: string;
  /** What is in it; empty for an executable. */
  source: string;
}

/** What a submission consists of. */
export interface Found {
  /** The file of each program that there is. */
  programs: Partial<Record<ProgramName, Candidate>>;
  /** All files of the submission, relative to it. */
  files: string[];
  /** What is in its source files. */
  sources: string[];
}

/** What the languages call listening, and calling. */
const LISTENS =
  /\blisten\s*\(|\bServerSocket\b|\bServerSocketChannel\b|TcpListener|net\.Listen|create_server|start_server|createServer|socketserver|TCPServer|serve_forever|\baccept\s*\(/;
const CONNECTS =
  /\bconnect\s*\(|\bcreate_connection\b|\bopen_connection\b|\bcreateConnection\b|new\s+Socket\s*\(|TcpStream::connect|net\.Dial|new\s+net\.Socket/;
const HAS_MAIN =
  /\bint\s+main\s*\(|void\s+main\s*\(|\bfn\s+main\s*\(|\bfunc\s+main\s*\(|__main__|\bstatic\s+(?:final\s+)?(?:public\s+)?void\s+main/;
/** Text to binary: eight digits a byte. */
const ENCODES =
  /0?8b\b|toBinaryString|toString\(2\)|\bbin\(|bitset<8>|:08b|%08b|>>\s*\w+\s*\)?\s*&\s*1|zfill\(8\)|text.?to.?bin|encode_?binary/i;
/** Binary to text. */
const DECODES =
  /int\([^()]*(?:\([^()]*\))?[^()]*,\s*(?:base\s*=\s*)?2\)|parseInt\([^()]*(?:\([^()]*\))?[^()]*,\s*2\)|strtou?ll?\([^;]*,\s*2\)|stoi\([^;]*,\s*2\)|from_str_radix|ParseU?[Ii]nt\([^;]*,\s*2,|bin.?to.?text|decod/i;

/** Finds the four programs in a folder. */
export async function findPrograms(folder: string): Promise<Found> {
  const files: string[] = [];
  await list(folder, "", 0, files);
  const candidates: Candidate[] = [];
  for (const path of files) {
    const name = path.split("/").at(-1)!;
    if (SOURCE.test(name)) {
      candidates.push({ path, source: await readSource(`${folder}/${path}`) });
    } else if (EXECUTABLE.test(name) && await isExecutable(`${folder}/${path}`)) {
      candidates.push({ path, source: "" });
    }
  }
  const programs: Found["programs"] = {};
  for (const wanted of PROGRAM_NAMES) {
    const ranked = candidates.map((one) => ({ one, score: score(one, wanted) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) =>
        b.score - a.score || depth(a.one) - depth(b.one) || a.one.path.length - b.one.path.length
      );
    if (ranked.length > 0) programs[wanted] = ranked[0].one;
  }
  return { programs, files, sources: candidates.map(({ source }) => source) };
}

function depth({ path }: Candidate): number {
  return path.split("/").length;
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

async function isExecutable(path: string): Promise<boolean> {
  const { mode, size } = await Deno.lstat(path);
  return size > 0 && ((mode ?? 0) & 0o111) !== 0;
}

/** How well a file fits a program; 0 if it is not it. */
function score({ path, source }: Candidate, wanted: ProgramName): number {
  const role = wanted.slice(0, -1) as "server" | "client";
  const number = wanted.slice(-1);
  const parts = path.replace(/\.[^./]+$/, "").split("/");
  const called = named(parts, /serv(?:er|eur)?|srv/i, /client|clnt|cli(?![a-z])/i);
  if (source === "" && called?.role === undefined) return 0; // an executable must say what it is
  const does = doing(source);
  const actual = called?.role ?? does;
  if (actual !== role) return 0;
  // A header-like file that only helps others has neither an entry nor a socket.
  if (source !== "" && called?.role === undefined && does === undefined) return 0;
  const nth = numberOf(parts) ?? numberByDeed(source);
  if (nth !== number) return 0;
  return 10 + (numberOf(parts) ? 10 : 0) + (called?.own ? 6 : called ? 3 : 0) +
    (source === "" ? -4 : 0) + (HAS_MAIN.test(source) ? 3 : 0) + (does === role ? 2 : 0) -
    (/test|old|backup|copy|bak/i.test(path) ? 5 : 0);
}

/** What a path calls a file; its own name counts more than its folders'. */
function named(
  parts: string[],
  server: RegExp,
  client: RegExp,
): { role: "server" | "client"; own: boolean } | undefined {
  for (let i = parts.length - 1; i >= 0; i--) {
    const s = server.test(parts[i]);
    const c = client.test(parts[i]);
    if (s !== c) return { role: s ? "server" : "client", own: i === parts.length - 1 };
  }
  return undefined;
}

function doing(source: string): "server" | "client" | undefined {
  const listens = LISTENS.test(source);
  if (listens) return "server";
  return CONNECTS.test(source) ? "client" : undefined;
}

/** The number that a name or its folders give: `server1`, `q2/server`, `tcp_client_two`. */
function numberOf(parts: string[]): "1" | "2" | undefined {
  for (const part of parts.toReversed()) {
    const near = part.match(/(?:serv(?:er|eur)?|srv|client|clnt|cli)[-_ .]*(?:0)?([12])(?!\d)/i) ??
      part.match(/(?<!\d)0?([12])[-_ .]*(?:serv|client|clnt|srv)/i) ??
      part.match(/(?:q|ques|question|task|part|prob|problem|ex|exercise)[-_ .]*0?([12])(?!\d)/i) ??
      part.match(/[-_ a-z]0?([12])$/i) ?? part.match(/^([12])$/);
    if (near) return near[1] as "1" | "2";
    if (/(?:^|[^a-z])one(?:$|[^a-z])|first/i.test(part) || /One(?![a-z])/.test(part)) return "1";
    if (/(?:^|[^a-z])two(?:$|[^a-z])|second/i.test(part) || /Two(?![a-z])/.test(part)) return "2";
    if (/decod|bin(?:ary)?_?(?:2|to)_?(?:te?xt|str)/i.test(part)) return "2";
    if (/encod|(?:te?xt|str(?:ing)?)_?(?:2|to)_?bin/i.test(part)) return "1";
  }
  return undefined;
}

function numberByDeed(source: string): "1" | "2" | undefined {
  const decodes = DECODES.test(source);
  if (decodes !== ENCODES.test(source)) return decodes ? "2" : "1";
  const text = source.toLowerCase();
  if (/eth1|binary (?:string|input|number|value)?:/.test(text)) return "2";
  return /localhost|127\.0\.0\.1|\blo\b/.test(text) ? "1" : undefined;
}
