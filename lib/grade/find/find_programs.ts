/**
 * Finds which files of a submission are its four programs: by names, else by the sources.
 *
 * @module
 */
import { endingPattern, STARTED_LANGUAGES } from "../results/language_table.ts";
import { roleNamed } from "../results/program_words.ts";
import { PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import {
  type Candidate,
  type Credentials,
  credentialsIn,
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
import { helpersOf, Imports, isHelper, usedHelpers } from "./helpers.ts";
import { modesIn } from "./modes.ts";
import { listensAndConnects, mayBe, programSelector, traitsOf } from "./roles.ts";

/** Files that are no source in a language that the grader does not start: any other may be one. */
const NO_SOURCE = new RegExp(
  endingPattern(STARTED_LANGUAGES).source +
    "|(?:^|/)[^./]+$|(?:^|/)\\.|\\.(?:md|txt|rst|adoc|tex|log|csv|json|jsonc|toml|ya?ml|xml|html?|css|ini|cfg|conf|" +
    "config|properties|env|lock|mod|sum|gradle|csproj|sln|iml|cmake|mk|h|hh|hpp|class|jar|o|a|so|out|exe|bin|" +
    "elf|pyc|pyi|d|pem|key|crt|cert|pcap(?:ng)?|png|jpe?g|gif|svg|webp|ico|pdf|docx?|odt|pptx?|xlsx?|zip|gz|" +
    "tgz|tar|7z|rar|mp4|bat|cmd|ps1|patch|diff|orig|bak|sample|example|dist|dockerfile|pm)$",
  "i",
);
/** The names of modules that open sockets: such a file may be a program. */
const MAY_SERVE = /\b(?:sockets?|asyncio|net|grpc|twisted|tokio|xmlrpc|socketserver|http)\b/i;
/** Folders with earlier versions of programs. */
const OLD_FOLDER = /(?:^|\/)(?:old|backup|bak|archived?|previous|deprecated|drafts?)\//i;
/** Languages in which the other files are helpers as soon as one file has an entry point. */
const NEEDS_MAIN = /\.(?:cs|java)$/i;

/** A file that is one of the four programs. */
export interface FoundFile extends Candidate {
  /** Its source and its helpers'. */
  whole: string;
  /** The arguments that select this program, if the file is several programs. */
  selector: string[];
  /** The commands that the submission documents for it, the best first. */
  documented: Documented[];
  /** Whether it is the file of the other server or client, taken because this one has no file. */
  isBorrowed?: boolean;
}

/** The programs and files of a submission. */
export interface Found {
  programs: Partial<Record<ProgramName, FoundFile>>;
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
      ...unusedOf(programs, known, candidates, names),
      ...read.unread,
      ...files.filter((path) => !NO_SOURCE.test(path)),
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
  const imports = new Imports(candidates);
  const all = candidates.map((one) => {
    const helpers = helpersOf(one, candidates, imports);
    const whole = [one, ...usedHelpers(one, helpers)].map(({ source }) => source).join("\n");
    // A program may leave its sockets to its helpers; else its own source alone says what it is.
    const shown = traitsOf(one.path, one.source).does === undefined ? whole : one.source;
    return { ...one, whole, traits: traitsOf(one.path.slice(length), shown, answers) };
  });
  const entered = new Set(
    all.filter(({ traits }) => traits.hasMain).map(({ path }) => ending(path)),
  );
  const isClass = (path: string) => NEEDS_MAIN.test(path) && entered.has(ending(path));
  const known = all.filter((one, i) =>
    (one.traits.hasMain || !isClass(one.path)) && !isHelper(one, imports.isImported(candidates[i]))
  );
  const isOld = ({ path }: Known) => OLD_FOLDER.test(path);
  return known.filter((one) =>
    !isOld(one) ||
    !known.some((other) => other.traits.role === one.traits.role && !isOld(other))
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
    // Its helpers count only if no other file has the role.
    const isAlone = !names.some((name) => name.startsWith(role) && programs[name]);
    const whole = known.find(({ path }) => isAlone && path === partner?.path)?.whole;
    if (partner && (listensAndConnects(whole ?? partner.source) || hasMode(partner, role))) {
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
function unusedOf(
  programs: Programs,
  known: Known[],
  candidates: Candidate[],
  names: readonly ProgramName[],
): string[] {
  const used = new Set(Object.values(programs).map(({ path }) => path));
  const missing = names.filter((name) => !programs[name]).map((name) => name.slice(0, -1));
  // Without any server (or client), each source that listens (or connects) may be a part of one.
  const parts = (["server", "client"] as const)
    .filter((role) => !names.some((name) => name.startsWith(role) && programs[name]))
    .flatMap((role) => candidates.filter(({ source }) => mayBe(role, source)));
  const others = known.filter(({ path, source, traits }) =>
    (!used.has(path) || traits.hasBothRoles || missing.some((role) => hasMode({ source }, role))) &&
    (source === "" || traits.does !== undefined || traits.hasMain && MAY_SERVE.test(source))
  );
  return [...new Set([...others, ...parts].map(({ path }) => path))];
}

/** Whether a source compares a word that names a role. */
function hasMode({ source }: Pick<Candidate, "source">, role: string): boolean {
  return modesIn(source).some((word) => roleNamed(word) === role);
}

function ending(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function depth({ path }: Candidate): number {
  return path.split("/").length;
}

/** How well a file fits a program; 0 if it cannot be that program. */
function score({ path, source, traits }: Known, wanted: ProgramName): number {
  const role = wanted.slice(0, -1);
  const asked = wanted.slice(-1);
  const { called, does, number, likely, hasBothRoles, hasBothConversions, hasMain } = traits;
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
