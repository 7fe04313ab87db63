/**
 * Unpacks an archive into a folder: zip, tar or tar.gz, whatever is in it. Chooses the newest of several
 * versions of a file: Canvas adds a counter to a file that a student hands in again (`lab.zip`,
 * `lab-1.zip`, `lab-2.zip`), but `server-1.py` and `server-2.py` are two programs.
 *
 * @module
 */
import { dirname } from "node:path";
import { Failure } from "../../../cli/failure.ts";
import { joinWords } from "../../../cli/shell_words.ts";
import { oneLine } from "../../../terminal/show.ts";
import { type CLASS_ZIP, MAX_BYTES, MAX_FILES, showMegabytes, UNPACK_LIMIT_MS } from "./limits.ts";
import { EXIT_NO_PACKAGE, type Unpacked } from "./unpack.ts";
import type { NotRead, Part } from "../graded/handed_in.ts";

const MAX_HEAP_MB = 512;
const ARCHIVE_ENDING = /\.(zip|tar|tgz|tar\.gz|tar\.bz2|tar\.xz|tar\.zst|tbz2?|txz|7z|rar|gz)$/i;

/** Whether a file's name is that of an archive, of a format that is read or not. */
export function isArchiveName(name: string): boolean {
  return ARCHIVE_ENDING.test(name);
}

/** A file's name without the ending of an archive. */
export function withoutArchiveEnding(name: string): string {
  return name.replace(ARCHIVE_ENDING, "");
}

const SUBMISSION: typeof CLASS_ZIP = { files: MAX_FILES, bytes: MAX_BYTES, ms: UNPACK_LIMIT_MS };

/**
 * Unpacks an archive; its content tells the format.
 *
 * @returns What was left out, or why the archive cannot be unpacked; then there is no folder.
 * @throws {Failure} If a package that reads archives cannot be loaded.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  signal: AbortSignal,
  limits: typeof CLASS_ZIP = SUBMISSION,
): Promise<Unpacked> {
  const { size } = await Deno.lstat(archive);
  if (size > limits.bytes) {
    return { why: `it is larger than ${showMegabytes(limits.bytes)}`, leftOut: [] };
  }
  await Deno.mkdir(dirname(folder), { recursive: true });
  // Deno's permissions separate paths by commas, and a student's name may have one: inside
  // a new folder the archive and its files go by fixed names.
  const own = await Deno.makeTempDir({ dir: dirname(folder), prefix: ".unpack-" });
  try {
    await Deno.copyFile(archive, `${own}/archive`);
    await Deno.mkdir(`${own}/files`);
    const unpacked = await runUnpack(archive, own, signal, limits);
    if (unpacked.why === "") await Deno.rename(`${own}/files`, folder);
    const { command } = unpacked;
    const hint = command === undefined || command.length === 0
      ? ""
      : `; unpack it with: ${joinWords([...command, archive.slice(archive.lastIndexOf("/") + 1)])}`;
    return { ...unpacked, why: unpacked.why + hint };
  } finally {
    await Deno.remove(own, { recursive: true });
  }
}

/** Runs `unpack.ts` in a folder that holds `archive` and an empty `files`. */
async function runUnpack(
  archive: string,
  folder: string,
  signal: AbortSignal,
  { files, bytes, ms }: typeof CLASS_ZIP,
): Promise<Unpacked> {
  const limit = AbortSignal.timeout(ms);
  const { success, code, signal: killedBy, stdout, stderr } = await new Deno.Command(
    Deno.execPath(),
    {
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
        ...["--allow-read=archive", "--allow-write=files"],
        `--v8-flags=--max-old-space-size=${MAX_HEAP_MB}`,
        import.meta.resolve("./unpack.ts"),
        ...["archive", "files", `${files}`, `${bytes}`],
      ],
      cwd: folder,
      signal: AbortSignal.any([signal, limit]),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    },
  ).output();
  const errors = oneLine(new TextDecoder().decode(stderr).trim());
  if (code === EXIT_NO_PACKAGE) {
    throw new Failure(
      `Cannot unpack ${archive}: the package that reads archives cannot be loaded (${errors}); connect to npm's registry once, or unpack the archives by hand`,
    );
  }
  signal.throwIfAborted();
  if (limit.aborted) return { why: "unpacking takes too long", leftOut: [] };
  if (killedBy === "SIGINT" || killedBy === "SIGTERM") throw new Error("Unpacking was stopped");
  if (!success) return { why: `unpacking fails (${errors})`, leftOut: [] };
  return JSON.parse(new TextDecoder().decode(stdout));
}

const COUNTER = /^(.+)-(\d{1,2})((?:\.tar)?\.\w+)?$/i;
const ROLE = /(server|client|question|part|ex|q)$/i;

/** A file, split into the counter and the rest of its name. */
interface Version {
  part: Part;
  base: string;
  /** The counter; 0 for none. */
  counter: number;
  /** Canvas's number of the file. */
  fileNumber: number;
}

/** The files that count. */
export interface Newest {
  parts: Part[];
  older: NotRead[];
  /** Why a person has to decide; empty if the names are clear. */
  doubt: string;
}

/** Chooses the newest versions among the files of one student in Canvas. */
export function newestVersions(files: readonly { part: Part; fileNumber: number }[]): Newest {
  const newest: Newest = { parts: [], older: [], doubt: "" };
  const versions = files.map(({ part, fileNumber }): Version => {
    const [, stem, counter, ending = ""] = part.name.match(COUNTER) ?? [];
    return stem === undefined
      ? { part, base: part.name, counter: 0, fileNumber }
      : { part, base: stem + ending, counter: Number(counter), fileNumber };
  });
  for (const [base, family] of Map.groupBy(versions, ({ base }) => base)) {
    const stem = base.replace(/((\.tar)?\.\w+)?$/i, "");
    const hasBase = family.some(({ counter }) => counter === 0);
    const numbered = [1, 2].every((n) => family.some(({ counter }) => counter === n));
    if (hasBase && numbered && ROLE.test(stem)) {
      const names = family.map(({ part }) => part.name).join(", ");
      newest.doubt = `${names} may be three programs, or one program handed in three times`;
    }
    const ownNumbers = !hasBase && !isArchiveName(base) && !/\d$/.test(stem);
    if (ownNumbers || newest.doubt !== "") {
      newest.parts.push(...family.map(({ part }) => part));
      continue;
    }
    const [first, ...rest] = family.toSorted((a, b) =>
      b.counter - a.counter || b.fileNumber - a.fileNumber
    );
    newest.parts.push({ ...first.part, name: base });
    for (const { part } of rest) {
      newest.older.push({
        file: part.source,
        why: `${first.part.source} is a newer version of it`,
      });
    }
  }
  return newest;
}

/**
 * The newest of several archives: by a version at the end of its name (`lab-2.zip`,
 * `lab (1).zip`, `lab_v3.zip`), else by its time.
 *
 * @returns undefined if neither tells.
 */
export function newestArchive<T extends { name: string; time: number }>(
  archives: readonly T[],
): T | undefined {
  const VERSION = /^(.*?)(?:[-_ ]?v?[-_ ]?\(?(\d{1,3})\)?)?((?:\.tar)?\.\w+)$/i;
  const split = archives.map((one) => {
    const [, stem = one.name, version = "0", ending = ""] = one.name.match(VERSION) ?? [];
    return { one, base: `${stem}${ending}`.toLowerCase(), version: Number(version) };
  });
  const sameBase = split.every(({ base }) => base === split[0].base);
  const rank = sameBase ? (i: number) => split[i].version : (i: number) => archives[i].time;
  const order = archives.map((_, i) => i).sort((a, b) => rank(b) - rank(a));
  const [first, second] = order;
  return second !== undefined && rank(first) === rank(second) ? undefined : archives[first];
}
