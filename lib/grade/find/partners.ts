/**
 * Which programs belong together: programs of one C source, two clients and their servers by ports and
 * names, and programs that only their folders tell apart, as `text/server.c` and `binary/server.c`.
 *
 * @module
 */
import type { ProgramName, Role } from "../results/results.ts";
import { type Candidate, folderOf, sharedFolderLength } from "./files.ts";
import { roleNamed } from "../results/program_words.ts";
import { type ProgramNumber, type Traits, traitsOf } from "./roles.ts";
import { readable } from "./readable_document.ts";

/** The most ports that the proxy listens on for a client whose server is not known. */
const MAX_PORTS = 12;

/** A file and its traits. */
export interface Known extends Candidate {
  /** Its source and its helpers'. */
  whole: string;
  traits: Traits;
}

/** Swaps two clients that belong to each other's servers by their ports, or else their names. */
export function uncross<T extends Candidate>(
  programs: Partial<Record<ProgramName, T>>,
  known: Known[],
): void {
  const { server1, server2, client1, client2 } = programs;
  if (!server1 || !server2 || !client1 || !client2) return;
  if (server1.path === server2.path || client1.path === client2.path) return;
  const isNumbered = known.some(({ path, traits }) =>
    [client1.path, client2.path].includes(path) && traits.number !== undefined
  );
  if (isNumbered) return;
  const fit = (client: Candidate, server: Candidate) => {
    const ports = portsIn([server.source]);
    const calls = portsIn([client.source]).some((port) => ports.includes(port));
    return (calls ? 2 : 0) + (withoutRole(client.path) === withoutRole(server.path) ? 1 : 0);
  };
  const crossed = fit(client1, server2) + fit(client2, server1);
  if (crossed <= fit(client1, server1) + fit(client2, server2)) return;
  [programs.client1, programs.client2] = [client2, client1];
}

/** Whether a file has the same name as exactly one of two others, except for the word for the role. */
export function namesOne({ path }: Candidate, first?: Candidate, second?: Candidate): boolean {
  const isOf = (other?: Candidate) => withoutRole(other?.path ?? "") === withoutRole(path);
  return first !== undefined && second !== undefined && isOf(first) !== isOf(second);
}

/** A path without the words for a role: `binary_server.py` and `binary_client.py` are alike. */
export function withoutRole(path: string): string {
  return path.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, "_").toLowerCase().split(
    /[/._-]+|(?<=[a-z])(?=server|client)/,
  )
    .filter((part) => roleNamed(part) === undefined).join("/");
}

/** Numbers in sources that may be ports. */
export function portsIn(sources: string[]): number[] {
  const numbers = sources.flatMap((source) => source.match(/(?<![\w.])\d{3,5}(?![\w.])/g) ?? []);
  const ports = numbers.map(Number).filter((number) => number > 100 && number < 65_536);
  return [...new Set(ports)].slice(0, MAX_PORTS);
}

/**
 * Assigns two servers, or two clients, to the two questions: by the folders of their partners, else by
 * the sources in the folders, else by the words `text` and `bin`, else in their order. The answers may
 * correct the order.
 *
 * @param programs The programs that are known; the new ones are added by `add`.
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
    // A single program is taken for question 1; question 2 may borrow it.
    if (able.length === 1) add(`${role}1`, able[0]);
    if (able.length !== 2) continue;
    const other = role === "server" ? "client" : "server";
    const [first, second] = [programs[`${other}1`], programs[`${other}2`]];
    const near = (one: Candidate, to: Candidate | undefined) =>
      to ? sharedFolderLength([one.path, to.path]) : 0;
    const [a, b] = able;
    const fit = near(a, first) + near(b, second) - near(a, second) - near(b, first);
    const isReversed = fit === 0 ? numberFor(a, b, sources) === "2" : fit < 0;
    add(`${role}1`, isReversed ? b : a);
    add(`${role}2`, isReversed ? a : b);
  }
}

/**
 * Takes files for the missing programs: the file that is left when the other server or client is
 * known; a client without a conversion for both servers.
 */
export function byElimination(
  programs: Partial<Record<ProgramName, Candidate>>,
  known: Known[],
  names: readonly ProgramName[],
  add: (name: ProgramName, one: Known) => void,
): void {
  for (const wanted of names.filter((name) => !programs[name])) {
    const role = wanted.slice(0, -1);
    const another = wanted.endsWith("1") ? "2" : "1";
    const taken = new Set(Object.values(programs).map(({ path }) => path));
    const able = known.filter(({ traits }) => traits.role === role && traits.number === undefined);
    const left = able.filter(({ path }) => !taken.has(path));
    const portsOf = (number: string) =>
      portsIn([programs[`server${number}` as ProgramName]?.source ?? ""]);
    // A number in both servers, such as the size of a buffer, tells nothing.
    const calls = ({ source }: Known, number: string) => {
      const others = portsOf(number === "1" ? "2" : "1");
      const all = portsOf(number);
      const own = all.filter((port) => !others.includes(port));
      return portsIn([source]).some((port) => (own.length > 0 ? own : all).includes(port));
    };
    const other = role === "client" ? "server" : "client";
    const [first, second] = ["1", "2"].map((number) =>
      programs[`${other}${number}` as ProgramName]
    );
    const isNamedForOne = able.length === 1 && namesOne(able[0], first, second);
    const isForBoth = able.length === 1 && first && second && !isNamedForOne;
    const general = able.filter((one) =>
      role === "client" && !isNamedForOne && one.traits.hasBothConversions &&
      (calls(one, wanted.slice(-1)) || !calls(one, another))
    );
    const partner = programs[`${other}${wanted.slice(-1)}` as ProgramName];
    const alike = left.filter((one) =>
      partner && withoutRole(one.path) === withoutRole(partner.path)
    );
    const calling = left.filter((one) =>
      role === "client" && calls(one, wanted.slice(-1)) && !calls(one, another)
    );
    const one = isForBoth
      ? able[0]
      : alike.length === 1
      ? alike[0]
      : calling.length === 1
      ? calling[0]
      : left.length === 1 && programs[`${role}${another}` as ProgramName]
      ? left[0]
      : general.length === 1
      ? general[0]
      : undefined;
    if (one) add(wanted, one);
  }
}

/** Ignores the number in the names of the only two servers, or clients, if it is the same. */
export function ignoreSameNumbers(known: Known[]): void {
  for (const role of ["server", "client"] as Role[]) {
    const able = known.filter(({ traits }) =>
      traits.role === role && (traits.hasMain || traits.does === role)
    );
    const isSame = able.length === 2 && able[0].traits.number === able[1].traits.number;
    if (isSame) able.forEach(({ traits }) => traits.number = undefined);
  }
}

/** The question of the first of two files: by the sources in its folder, else by names. */
function numberFor(a: Candidate, b: Candidate, sources: Candidate[]): ProgramNumber | undefined {
  const length = sharedFolderLength([a.path, b.path]);
  const about = (one: Candidate) => {
    const top = one.path.slice(0, length) + one.path.slice(length).split("/")[0];
    const all = sources.filter(({ path }) => path.startsWith(`${top}/`));
    return traitsOf("", all.map(({ source }) => source).join("\n")).likely;
  };
  const [first, second] = [about(a), about(b)];
  if (first !== second) return first ?? (second === "1" ? "2" : "1");
  return /te?xt/i.test(a.path.slice(length)) && /bin/i.test(b.path.slice(length)) ? "2" : "1";
}

const COMPILE =
  /(?:^|[\s@;&`])(?:\S{0,20}gcc|\S{0,20}g\+\+|cc|c\+\+|clang(?:\+\+)?)\s([^;&|`#\n]{1,400})/g;
const C_SOURCE = /\.(?:c|cc|cpp|cxx)$/i;
const MAX_PROGRAMS = 8;

/** A C source that is compiled to several programs, replaced by one candidate for each. */
export function withMade(candidates: Candidate[], documents: Candidate[]): Candidate[] {
  const lines = documents.flatMap(({ path, source }) =>
    [...readable(path, source).matchAll(COMPILE)].map(([, words]) => words.split(/\s+/))
  );
  return candidates.flatMap((one) => {
    if (!C_SOURCE.test(one.path) || !/\bmain\s*\(/.test(one.source)) return [one];
    const made = programsOf(one, lines);
    return made.length > 1 ? made : [one];
  });
}

/** The programs that the compile commands make from one source. */
function programsOf(one: Candidate, lines: string[][]): Candidate[] {
  const made = new Map<string, Candidate>();
  for (const words of lines) {
    const at = words.indexOf("-o");
    const name = words[at + 1]?.split("/").at(-1) ?? "";
    const isOf = words.some((word) => `/${one.path}`.endsWith(`/${word.replace(/^\.\//, "")}`));
    if (at < 0 || !isOf || !/^\w[\w.-]*$/.test(name) || made.size >= MAX_PROGRAMS) continue;
    const folder = folderOf(one.path);
    made.set(name, {
      path: folder === "" ? name : `${folder}/${name}`,
      source: one.source,
      compiledFrom: one.path,
      defines: words.filter((word) => /^-D\w+(?:=[\w."-]{0,40})?$/.test(word)),
    });
  }
  return [...made.values()];
}
