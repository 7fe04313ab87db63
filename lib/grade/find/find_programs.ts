/**
 * Which files of a submission are its four programs: by their names, else by what they do.
 *
 * @module
 */
import { endingPattern, STARTED_LANGUAGES } from "../results/language_table.ts";
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import { type Candidate, type Credentials, credentialsIn, folderOf, readFiles } from "./files.ts";
import {
  byFolder,
  ignoreSameNumbers,
  type Known,
  namesOne,
  portsIn,
  uncross,
  withMade,
  withoutRole,
} from "./partners.ts";
import { type Documented, documentedCommands, documentedFor } from "./documents.ts";
import { Imports } from "./imports.ts";
import { holdsBothRoles, isLibrary, programSelector, SCRIPT, traitsOf } from "./roles.ts";

/** Files that are no source in a language that the grader does not start: any other may be one. */
const NO_SOURCE = new RegExp(
  endingPattern(STARTED_LANGUAGES).source +
    "|^[^.]+$|(?:^|/)\\.|\\.(?:md|txt|rst|adoc|tex|log|csv|json|jsonc|toml|ya?ml|xml|html?|css|ini|cfg|conf|" +
    "config|properties|env|lock|mod|sum|gradle|csproj|sln|iml|cmake|mk|h|hh|hpp|class|jar|o|a|so|out|exe|bin|" +
    "elf|pyc|pyi|d|pem|key|crt|cert|pcap(?:ng)?|png|jpe?g|gif|svg|webp|ico|pdf|docx?|odt|pptx?|xlsx?|zip|gz|" +
    "tgz|tar|7z|rar|mp4|bat|cmd|ps1|patch|diff|orig|bak|sample|example|dist|dockerfile|pm)$",
  "i",
);
/** A module that opens sockets, in a file whose part is not known. */
const MAY_SERVE = /\b(?:socket|asyncio|net|grpc|twisted|tokio|xmlrpc|socketserver|http)\b/i;
/** A call of another module's function. */
const MEMBER_CALL = /\w(?:\.|::)(\w{1,64})\s?\(/g;
/** The definition of a function in Go, Rust or Python. */
const DEFINITION = /^(?:pub )?(?:async )?(?:func|fn|def) (\w{1,64})/gm;
/** A script that knows whether another one imports it. */
const CHECKS_MAIN =
  /require\.main\s?===?\s?module|import\.meta\.main|__FILE__\s?==\s?\$(?:0|PROGRAM_NAME)|\bunless\s?\(?caller|BASH_SOURCE/;
/** Where one class has an entry point, the others are helpers. */
const NEEDS_MAIN = /\.(?:cs|java)$/i;

/** A file that is one of the four programs. */
export interface FoundFile extends Candidate {
  /** The arguments that make it that one, if it is several. */
  words: string[];
  /** The commands that the submission documents for it, the best first. */
  documented: Documented[];
  /** Whether it was found for the other server or client, and may be this one too. */
  isBorrowed?: boolean;
}

/** What a submission consists of. */
export interface Found {
  /** The file of each program that there is. */
  programs: Partial<Record<ProgramName, FoundFile>>;
  /** All files of the submission, relative to it. */
  files: string[];
  /** What is in its source files and settings files. */
  sources: string[];
  /** The user name and password that its files name. */
  credentials: Credentials;
  /** Files that may be a program, and that none of the four uses: they forbid `absent`. */
  unused: string[];
}

/**
 * Finds the programs in a folder.
 *
 * @param words Words for what each server answers, where it is not the default: a lab of one
 * pair has one entry.
 */
export async function findPrograms(folder: string, words?: readonly RegExp[]): Promise<Found> {
  const { files, candidates: sources, documents, settings, unread } = await readFiles(folder);
  const candidates = withMade(sources, documents);
  const imports = new Imports(candidates);
  const shared = sharedFolder(candidates);
  const all = candidates.map((one) => ({
    ...one,
    traits: traitsOf(one.path.slice(shared), withHelpers(one, candidates, imports), words),
  }));
  const entered = new Set(
    all.filter(({ traits }) => traits.hasMain).map(({ path }) => ending(path)),
  );
  const isClass = (path: string) => NEEDS_MAIN.test(path) && entered.has(ending(path));
  const known = all.filter((one, i) =>
    (one.traits.hasMain || !isClass(one.path)) && !isHelper(one, imports.isImported(candidates[i]))
  );
  ignoreSameNumbers(known);
  const programs: Found["programs"] = {};
  const names = PROGRAM_NAMES.filter((name) => words?.length !== 1 || name.endsWith("1"));
  for (const wanted of names) {
    const [best] = known.map((one) => ({ ...one, score: score(one, wanted) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || depth(a) - depth(b) || a.path.length - b.path.length);
    if (!best) continue;
    const { source, traits } = best;
    const isOne = traits.number === wanted.slice(-1);
    const words = programSelector(source, wanted, { ...traits, isBoth: traits.isBoth && !isOne });
    programs[wanted] = { ...best, words, documented: [] };
  }
  byElimination(programs, known, names);
  if (names.length === PROGRAM_NAMES.length) {
    byFolder(programs, known, candidates, (name, one) => {
      const selector = programSelector(one.source, name, one.traits);
      programs[name] = { ...one, words: selector, documented: [] };
    });
  }
  const documented = documentedCommands([...documents, ...candidates]);
  for (const wanted of names) {
    const named = known.find((one) =>
      (one.traits.role ?? wanted.slice(0, -1)) === wanted.slice(0, -1) &&
      documentedFor(one.path, wanted, documented)[0]?.fit > 0
    );
    if (named) programs[wanted] ??= { ...named, words: [], documented: [] };
  }
  // A file that listens and connects may hold the programs that no other file holds.
  for (const wanted of names.filter((name) => !programs[name])) {
    const role = wanted.slice(0, -1);
    if (known.some(({ traits }) => traits.role === role && traits.does === role)) continue;
    const partner =
      programs[`${role === "client" ? "server" : "client"}${wanted.slice(-1)}` as ProgramName];
    if (partner && holdsBothRoles(partner.source)) programs[wanted] = { ...partner, words: [] };
  }
  for (const wanted of names.filter((name) => !programs[name])) {
    const other = programs[`${wanted.slice(0, -1)}${wanted.endsWith("1") ? 2 : 1}` as ProgramName];
    const isClient = wanted.startsWith("client");
    if (!other || isClient && namesOne(other, programs.server1, programs.server2)) continue;
    const traits = traitsOf(other.path, other.source, words);
    if (traits.number !== undefined) continue; // its own name says which question it is for
    const isBorrowed = isClient || !traits.isBoth;
    programs[wanted] = {
      ...other,
      words: programSelector(other.source, wanted, { ...traits, isBoth: true }),
      ...isBorrowed && { isBorrowed },
    };
  }
  for (const [name, program] of Object.entries(programs)) {
    program.documented = documentedFor(program.path, name as ProgramName, documented);
  }
  uncross(programs, known);
  const used = new Set(Object.values(programs).map(({ path }) => path));
  const unused = [
    ...known.filter(({ path, source, traits }) =>
      (!used.has(path) || traits.isEither) &&
      (source === "" || traits.does !== undefined || traits.hasMain && MAY_SERVE.test(source))
    ).map(({ path }) => path),
    ...unread,
    ...files.filter((path) => !NO_SOURCE.test(path)),
  ];
  const credentials = credentialsIn([
    ...[...settings, ...documents].map((one) => ({ ...one, isCode: false })),
    ...sources.map((one) => ({ ...one, isCode: true })),
  ]);
  const read = [...candidates, ...settings].map(({ source }) => source);
  return { programs, files, sources: read, unused, credentials };
}

/**
 * Who calls the port of a known server is its client; of two, the other one is the
 * other; and a client that converts nothing may be for both servers.
 */
function byElimination(
  programs: Found["programs"],
  known: Known[],
  names: readonly ProgramName[],
): void {
  for (const wanted of names.filter((name) => !programs[name])) {
    const role = wanted.slice(0, -1);
    const another = wanted.endsWith("1") ? "2" : "1";
    const taken = new Set(Object.values(programs).map(({ path }) => path));
    const able = known.filter(({ traits }) => traits.role === role && traits.number === undefined);
    const left = able.filter(({ path }) => !taken.has(path));
    const calls = ({ source }: Known, number: string) => {
      const server = programs[`server${number}` as ProgramName];
      const ports = portsIn([source]);
      return server !== undefined && portsIn([server.source]).some((port) => ports.includes(port));
    };
    const calling = role === "client" ? left.filter((one) => calls(one, wanted.slice(-1))) : [];
    const other = role === "client" ? "server" : "client";
    const [first, second] = ["1", "2"].map((number) =>
      programs[`${other}${number}` as ProgramName]
    );
    const isNamedForOne = able.length === 1 && namesOne(able[0], first, second);
    const isForBoth = able.length === 1 && first && second && !isNamedForOne;
    const general = able.filter((one) =>
      role === "client" && !isNamedForOne && one.traits.isBoth &&
      (calls(one, wanted.slice(-1)) || !calls(one, another))
    );
    const partner = programs[`${other}${wanted.slice(-1)}` as ProgramName];
    const alike = left.filter((one) =>
      partner && withoutRole(one.path) === withoutRole(partner.path)
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
    if (!one) continue;
    programs[wanted] = {
      ...one,
      words: programSelector(one.source, wanted, one.traits),
      documented: [],
    };
  }
}

/**
 * The source of a file, and of its helpers if it has an entry point and leaves the sockets to
 * them: the files that it imports, else sources without an entry point in its folder, and in other folders those that define a
 * function it calls as a member, such as `wire.Serve(`.
 */
function withHelpers(one: Candidate, all: Candidate[], imports: Imports): string {
  const { path, source } = one;
  const traits = traitsOf(path, source);
  if (!traits.hasMain && !path.endsWith(".py") || traits.does !== undefined) return source;
  const imported = imports.helpersOf(one);
  if (imported.length > 0) return [source, ...imported.map(({ source }) => source)].join("\n");
  if (!traits.hasMain || SCRIPT.test(path)) return source;
  const called = [...source.matchAll(MEMBER_CALL)].map(([, name]) => name);
  const helpers = all.filter((other) =>
    other !== one && ending(other.path) === ending(path) &&
    !traitsOf(other.path, other.source).hasMain &&
    (folderOf(other.path) === folderOf(path) ||
      [...other.source.matchAll(DEFINITION)].some(([, name]) => called.includes(name)))
  );
  return [source, ...helpers.map(({ source }) => source)].join("\n");
}

/** The length of the folder that holds all of the files: its name says nothing about one of them. */
function sharedFolder(all: Candidate[]): number {
  let shared = all.length > 1 ? folderOf(all[0].path) : "";
  while (shared !== "" && !all.every(({ path }) => path.startsWith(`${shared}/`))) {
    shared = folderOf(shared);
  }
  return shared === "" ? 0 : shared.length + 1;
}

function ending(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Whether a file has no entry point of its own and another source imports it. */
function isHelper({ path, source, traits }: Known, isImported: boolean): boolean {
  if (isLibrary(path, source)) return true;
  if (traits.hasMain && !(SCRIPT.test(path) && !CHECKS_MAIN.test(source))) return false;
  return source !== "" && isImported;
}

function depth({ path }: Candidate): number {
  return path.split("/").length;
}

/** How well a file fits a program; 0 if it is not it. */
function score({ path, source, traits }: Known, wanted: ProgramName): number {
  const role = wanted.slice(0, -1);
  const asked = wanted.slice(-1);
  const { called, does, number, likely, isEither, isBoth, hasMain } = traits;
  if (source === "" && called === undefined) return 0; // an executable must say what it is
  // A header-like file that only helps others has neither an entry nor a socket.
  if (source !== "" && called === undefined && does === undefined) return 0;
  if (traits.role !== role && !isEither) return 0;
  const isNamed = number === asked || number === undefined && likely === asked;
  const isSeveral = (isEither || isBoth && number === undefined) &&
    (isBoth && (isEither || traits.hasMenu) || programSelector(source, wanted, traits).length > 0);
  if (!isNamed && !isSeveral) return 0;
  return 10 + (number === asked ? 10 : isNamed ? 8 : 0) +
    (called === "itself" ? 6 : called ? 3 : 0) +
    (source === "" ? -4 : 0) + (hasMain ? 3 : 0) + (does === role ? 2 : 0) -
    (/test|old|backup|copy|bak/i.test(path) ? 5 : 0);
}
