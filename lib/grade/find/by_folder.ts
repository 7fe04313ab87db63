/**
 * Programs that only their folders tell apart: `text/server.c` and `binary/server.c`.
 *
 * @module
 */
import type { ProgramName, Role } from "../results/results.ts";
import { type Candidate, folderOf } from "./files.ts";
import type { Known } from "./partners.ts";
import { type ProgramNumber, traitsOf } from "./roles.ts";

/**
 * Gives the two servers, or the two clients, of two folders to the two questions: beside their
 * partners, else by what their folders' sources do, else by the words for an answer.
 *
 * @param programs The programs that are known; the new ones are added by `add`.
 * @param add Adds a program.
 */
export function byFolder(
  programs: Partial<Record<ProgramName, Candidate>>,
  known: Known[],
  sources: Candidate[],
  add: (name: ProgramName, one: Known) => void,
): void {
  for (const role of ["server", "client"] as Role[]) {
    if (programs[`${role}1`] || programs[`${role}2`]) continue;
    const able = known.filter(({ traits }) => traits.role === role && traits.hasMain);
    // One program alone is taken for the first question; the second one may borrow it.
    if (able.length === 1) add(`${role}1`, able[0]);
    if (able.length !== 2 || folderOf(able[0].path) === folderOf(able[1].path)) continue;
    const other = role === "server" ? "client" : "server";
    const [first, second] = [programs[`${other}1`], programs[`${other}2`]];
    const near = (one: Candidate, to: Candidate | undefined) => to ? shared(one.path, to.path) : 0;
    const [a, b] = able;
    const fit = near(a, first) + near(b, second) - near(a, second) - near(b, first);
    const isReversed = fit === 0 ? numberFor(a, b, sources) === "2" : fit < 0;
    add(`${role}1`, isReversed ? b : a);
    add(`${role}2`, isReversed ? a : b);
  }
}

/** If the only two servers, or clients, have the same number, the number says nothing. */
export function ignoreSameNumbers(known: Known[]): void {
  for (const role of ["server", "client"] as Role[]) {
    const able = known.filter(({ traits }) => traits.role === role && traits.hasMain);
    const isSame = able.length === 2 && able[0].traits.number === able[1].traits.number;
    if (isSame) able.forEach(({ traits }) => traits.number = undefined);
  }
}

/** The question of the first of two files: by its folder's sources, else by names. */
function numberFor(a: Candidate, b: Candidate, sources: Candidate[]): ProgramNumber | undefined {
  const length = shared(a.path, b.path);
  const about = (one: Candidate) => {
    const top = one.path.slice(0, length) + one.path.slice(length).split("/")[0];
    const all = sources.filter(({ path }) => path.startsWith(`${top}/`));
    return traitsOf("", all.map(({ source }) => source).join("\n")).likely;
  };
  const [first, second] = [about(a), about(b)];
  if (first !== second) return first ?? (second === "1" ? "2" : "1");
  return /te?xt/i.test(a.path.slice(length)) && /bin/i.test(b.path.slice(length)) ? "2" : "1";
}

/** The length of the folders that two paths have in common. */
function shared(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return one.lastIndexOf("/", at) + 1 || 0;
}
