/**
 * Finds which files of a submission are its four programs: by names, else by the sources.
 *
 * @module
 */
import { endingPattern, OTHER_LANGUAGES } from "../results/language_table.ts";
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import {
  type Candidate,
  type Credentials,
  credentialsIn,
  folderOf,
  readFiles,
  sharedFolderLength,
} from "./files.ts";
import {
  byElimination,
  byFolder,
  ignoreSameNumbers,
  type Known,
  namesOne,
  uncross,
  withMade,
} from "./partners.ts";
import { type Documented, documentedCommands, documentedFor } from "./documents.ts";
import { isLibrary, listensAndConnects, programSelector, SCRIPT, traitsOf } from "./roles.ts";

/** Sources in languages that the grader does not start. */
const NOT_STARTED = endingPattern(OTHER_LANGUAGES);
/** The names of modules that open sockets: such a file may be a program. */
const MAY_SERVE = /\b(?:socket|asyncio|net|grpc|twisted|tokio|xmlrpc|socketserver|http)\b/i;
/** A call of another module's function. */
const MEMBER_CALL = /\w(?:\.|::)(\w{1,64})\s?\(/g;
/** The definition of a function in Go, Rust or Python. */
const DEFINITION = /^(?:pub )?(?:async )?(?:func|fn|def) (\w{1,64})/gm;
/** Languages in which the other files are helpers as soon as one file has an entry point. */
const NEEDS_MAIN = /\.(?:cs|java)$/i;

/** A file that is one of the four programs. */
export interface FoundFile extends Candidate {
  /** The arguments that select this program, if the file is several programs. */
  selector: string[];
  /** The commands that the submission documents for it, the best first. */
  documented: Documented[];
  /** Whether it is the file of the other server or client, taken because this one has no file. */
  isBorrowed?: boolean;
}

/** The programs and files of a submission. */
export interface Found {
  /** The file of each program that was found. */
  programs: Partial<Record<ProgramName, FoundFile>>;
  /** All files of the submission, relative to it. */
  files: string[];
  /** The texts of its source files and settings files. */
  sources: string[];
  /** The user name and password that its files name. */
  credentials: Credentials;
  /** Files that may be programs and are none of the four: while there are any, no verdict is `absent`. */
  unused: string[];
}

/**
 * Finds the programs in a folder.
 *
 * @param answers Words for the answer of each server, if not the default: a lab of one pair has one
 * entry.
 */
export async function findPrograms(folder: string, answers?: readonly RegExp[]): Promise<Found> {
  const read = await readFiles(folder);
  const { files, documents, settings } = read;
  const candidates = withMade(read.candidates, documents);
  const known = knownPrograms(candidates, answers);
  ignoreSameNumbers(known);
  const programs: Programs = {};
  const names = PROGRAM_NAMES.filter((name) => answers?.length !== 1 || name.endsWith("1"));
  const add = (name: ProgramName, one: Known) => {
    const selector = programSelector(one.source, name, one.traits);
    programs[name] = { ...one, selector, documented: [] };
  };
  byScore(programs, known, names);
  byElimination(programs, known, names, add);
  if (names.length === PROGRAM_NAMES.length) byFolder(programs, known, candidates, add);
  const documented = documentedCommands([...documents, ...candidates]);
  for (const wanted of names) {
    const role = wanted.slice(0, -1);
    const named = known.find(({ path, traits }) =>
      (traits.role ?? role) === role && documentedFor(path, wanted, documented)[0]?.fit > 0
    );
    if (named) programs[wanted] ??= { ...named, selector: [], documented: [] };
  }
  takeBothRoles(programs, known, names);
  borrow(programs, names, answers);
  for (const [name, program] of Object.entries(programs)) {
    program.documented = documentedFor(program.path, name as ProgramName, documented);
  }
  uncross(programs, known);
  return {
    programs,
    files,
    sources: [...candidates, ...settings].map(({ source }) => source),
    unused: [
      ...unusedOf(programs, known),
      ...read.unread,
      ...files.filter((path) => NOT_STARTED.test(path)),
    ],
    credentials: credentialsIn([
      ...[...settings, ...documents].map((one) => ({ ...one, isCode: false })),
      ...read.candidates.map((one) => ({ ...one, isCode: true })),
    ]),
  };
}

type Programs = Found["programs"];

/** The candidates that are no helpers of others, with their traits. */
function knownPrograms(candidates: Candidate[], answers?: readonly RegExp[]): Known[] {
  const length = sharedFolderLength(candidates.map(({ path }) => path));
  const all = candidates.map((one) => ({
    ...one,
    traits: traitsOf(one.path.slice(length), withHelpers(one, candidates), answers),
  }));
  const entered = new Set(
    all.filter(({ traits }) => traits.hasMain).map(({ path }) => ending(path)),
  );
  const isClass = (path: string) => NEEDS_MAIN.test(path) && entered.has(ending(path));
  return all.filter((one) =>
    (one.traits.hasMain || !isClass(one.path)) && !isHelper(one, candidates)
  );
}

/** Takes the file that fits best for each program. */
function byScore(programs: Programs, known: Known[], names: readonly ProgramName[]): void {
  for (const wanted of names) {
    const [best] = known.map((one) => ({ ...one, score: score(one, wanted) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || depth(a) - depth(b) || a.path.length - b.path.length);
    if (!best) continue;
    const { source, traits } = best;
    const isOne = traits.number === wanted.slice(-1);
    const selector = programSelector(source, wanted, {
      ...traits,
      hasBothConversions: traits.hasBothConversions && !isOne,
    });
    programs[wanted] = { ...best, selector, documented: [] };
  }
}

/** Takes a file that listens and connects for both programs of a pair that no other file holds. */
function takeBothRoles(programs: Programs, known: Known[], names: readonly ProgramName[]): void {
  for (const wanted of names.filter((name) => !programs[name])) {
    const role = wanted.slice(0, -1);
    if (known.some(({ traits }) => traits.role === role && traits.does === role)) continue;
    const partner =
      programs[`${role === "client" ? "server" : "client"}${wanted.slice(-1)}` as ProgramName];
    if (partner && listensAndConnects(partner.source)) {
      programs[wanted] = { ...partner, selector: [] };
    }
  }
}

/** Takes the other server or client for one that is missing, if its name does not forbid it. */
function borrow(
  programs: Programs,
  names: readonly ProgramName[],
  answers?: readonly RegExp[],
): void {
  for (const wanted of names.filter((name) => !programs[name])) {
    const other = programs[`${wanted.slice(0, -1)}${wanted.endsWith("1") ? 2 : 1}` as ProgramName];
    const isClient = wanted.startsWith("client");
    if (!other || isClient && namesOne(other, programs.server1, programs.server2)) continue;
    const traits = traitsOf(other.path, other.source, answers);
    if (traits.number !== undefined) continue; // its own name says which question it is for
    const isBorrowed = isClient || !traits.hasBothConversions;
    programs[wanted] = {
      ...other,
      selector: programSelector(other.source, wanted, { ...traits, hasBothConversions: true }),
      ...isBorrowed && { isBorrowed },
    };
  }
}

/** The files that may be programs and are none of the four. */
function unusedOf(programs: Programs, known: Known[]): string[] {
  const used = new Set(Object.values(programs).map(({ path }) => path));
  return known.filter(({ path, source, traits }) =>
    (!used.has(path) || traits.hasBothRoles) &&
    (source === "" || traits.does !== undefined || traits.hasMain && MAY_SERVE.test(source))
  ).map(({ path }) => path);
}

/**
 * The source of a file, and of its helpers if it has an entry point and leaves the sockets to
 * them: sources without an entry point in its folder, and in other folders those that define a
 * function it calls as a member, such as `wire.Serve(`.
 */
function withHelpers(one: Candidate, all: Candidate[]): string {
  const { path, source } = one;
  const traits = traitsOf(path, source);
  if (!traits.hasMain || traits.does !== undefined || SCRIPT.test(path)) return source;
  const called = [...source.matchAll(MEMBER_CALL)].map(([, name]) => name);
  const helpers = all.filter((other) =>
    other !== one && ending(other.path) === ending(path) &&
    !traitsOf(other.path, other.source).hasMain &&
    (folderOf(other.path) === folderOf(path) ||
      [...other.source.matchAll(DEFINITION)].some(([, name]) => called.includes(name)))
  );
  return [source, ...helpers.map(({ source }) => source)].join("\n");
}

function ending(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Whether a file has no entry point and another source imports it. */
function isHelper({ path, source, traits }: Known, all: Candidate[]): boolean {
  const stem = path.split("/").at(-1)!.replace(/\.\w+$/, "");
  if (isLibrary(path, source)) return true;
  if (traits.hasMain && !SCRIPT.test(path)) return false;
  if (source === "") return false;
  if (!/^\w+$/.test(stem)) return false;
  const imports = new RegExp(`\\b(?:import|from|require|include|use|mod)\\b.{0,80}\\b${stem}\\b`);
  return all.some((one) => one.path !== path && imports.test(one.source));
}

function depth({ path }: Candidate): number {
  return path.split("/").length;
}

/** How well a file fits a program; 0 if it cannot be that program. */
function score({ path, source, traits }: Known, wanted: ProgramName): number {
  const role = wanted.slice(0, -1);
  const asked = wanted.slice(-1);
  const { called, does, number, likely, hasBothRoles, hasBothConversions, hasMain } = traits;
  if (source === "" && called === undefined) return 0; // only its name can say what an executable is
  // A helper has neither a role in its name nor sockets.
  if (source !== "" && called === undefined && does === undefined) return 0;
  if (traits.role !== role && !hasBothRoles) return 0;
  const isNamed = number === asked || number === undefined && likely === asked;
  const isSeveral = (hasBothRoles || hasBothConversions && number === undefined) &&
    (hasBothConversions && (hasBothRoles || traits.hasMenu) ||
      programSelector(source, wanted, traits).length > 0);
  if (!isNamed && !isSeveral) return 0;
  return 10 + (number === asked ? 10 : isNamed ? 8 : 0) +
    (called === "itself" ? 6 : called ? 3 : 0) +
    (source === "" ? -4 : 0) + (hasMain ? 3 : 0) + (does === role ? 2 : 0) -
    (/test|old|backup|copy|bak/i.test(path) ? 5 : 0);
}
