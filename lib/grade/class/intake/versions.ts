/**
 * Which files are versions of one another. Canvas adds a counter to a file that a student
 * hands in again: `lab.zip`, `lab-1.zip`, `lab-2.zip`. But `server-1.py` and `server-2.py`
 * are two programs.
 *
 * @module
 */
import type { NotRead, Part } from "../graded/handed_in.ts";
import { isArchiveName } from "./archives.ts";

const COUNTER = /^(.+)-(\d{1,2})((?:\.tar)?\.\w+)?$/i;
const ROLE = /(server|client|question|part|ex|q)$/i;

/** A file, split into the counter and the rest of its name. */
interface Version {
  part: Part;
  /** The name without the counter. */
  base: string;
  /** The counter; 0 for none. */
  counter: number;
  /** Canvas's number of the file. */
  fileNumber: number;
}

/** The files that count. */
export interface Newest {
  parts: Part[];
  /** The versions that do not count. */
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
