/**
 * Builds the programs of a submission, in a sandbox without a network, and makes the commands that
 * start them.
 *
 * @module
 */
import { SEARCHED_CHARS } from "../results/quoted_text.ts";
import { type Candidate, type Credentials, folderOf } from "./files.ts";
import type { Found } from "./find_programs.ts";
import { portsIn } from "./partners.ts";
import { missingThing } from "./missing.ts";
import { type LookCause, PROGRAM_NAMES, type ProgramName } from "../results/results.ts";
import type { Documented } from "./documents.ts";
import { splitWords } from "../../cli/shell_words.ts";
import { type Launch, withArguments } from "./launch.ts";
import { usesUdp } from "./roles.ts";
import type { ProgramSettings } from "./lab_file.ts";
import { OUT, planFor, type Step } from "./languages.ts";
import type { Program, RunningProgram } from "../sandbox/running_program.ts";

const BUILD_LIMIT_MS = 60_000;

/** A program: the command that starts it, or why it cannot be started. `{port}` is not filled in yet. */
export interface Built extends Program {
  /** Its source files, as paths in the submission. */
  files: string[];
  source: string;
  /** Numbers in the sources that may be ports. */
  ports: number[];
  /** Whether it is the file of the other server or client, taken because this one has no file. */
  isBorrowed?: boolean;
  /** Whether `words` come from a lab file: no other launch is tried. */
  fixed: boolean;
  /** The launches that the submission documents, the best first. */
  documented?: Launch[];
  /** All files of the submission: a module among them is not missing. */
  all?: string[];
  /** The arguments that its source compares, if the file holds several programs. */
  selector?: string[];
  /** The user name and password that the submission's files name. */
  credentials?: Credentials;
  /** Other commands that may start it, if this one lacks a file or a module. */
  others?: Program[];
  /** Why it cannot be started; `look` if the machine lacks something, or the build may be wrong. */
  broken?: { why: string; look?: LookCause };
}

/** Messages that the grader may have caused: by a wrong choice of files, version or folder, or by load. */
const WRONG_PLAN =
  /unmappable character|multiple definition|undefined reference|other declaration of|redeclared|redefinition of|release version|not supported in -source|preview feature|class file has wrong version|requires go|edition|should be declared in a file named|cannot find symbol|package .{0,80} does not exist|is not in std|unrecognized .{0,20}option|No such file|error CS\d|building takes longer/i;

/** Starts a build in a sandbox. */
export type Start = (program: Program) => RunningProgram;

/**
 * Builds all the programs that were found.
 *
 * @param top The submission's folder, as its programs see it.
 */
export async function build(
  start: Start,
  found: Found,
  lab: ProgramSettings,
  top: string,
): Promise<Partial<Record<ProgramName, Built>>> {
  const built: Partial<Record<ProgramName, Built>> = {};
  const builds = new Map<string, Promise<string | undefined>>();
  const once = ({ shell, folder }: Step) => {
    const key = `${folder}\n${shell}`;
    const running = builds.get(key) ?? runShell(start, shell, folder, top);
    builds.set(key, running);
    return running;
  };
  await Promise.all(PROGRAM_NAMES.map(async (name) => {
    const candidate = found.programs[name];
    const { run, build: shell } = lab[name] ?? {};
    if (!candidate && run === undefined) return;
    const plan = candidate && (run === undefined || shell === undefined)
      ? planFor(candidate, found.files, top)
      : undefined;
    built[name] = run !== undefined ? stated(run, candidate) : {
      files: [candidate!.compiledFrom ?? candidate!.path],
      words: plan!.words,
      selector: candidate!.selector,
      documented: candidate!.documented.map((one) => launchOf(one, candidate!.path, plan!.words)),
      folder: folderOf(candidate!.path),
      source: candidate!.source,
      ports: portsIn([candidate!.source, ...found.sources]),
      fixed: false,
      ...candidate!.isBorrowed && { isBorrowed: true },
      all: found.files,
      credentials: found.credentials,
      others: plan!.others ?? [],
    };
    // The command that a look suggests may start an executable that the grader has built.
    const isBuilt = run === undefined || run.includes(`/${OUT}/`);
    if (isBuilt && shell === undefined && plan?.shared) await once(plan.shared);
    const own = shell !== undefined ? { shell, folder: "" } : isBuilt ? plan?.own : undefined;
    const screen = own && await once(own);
    if (screen === undefined) {
      if (!usesUdp(candidate?.whole ?? "")) return;
      const why = "it uses UDP, and the assignment asks for TCP";
      built[name].broken = { why, look: { cause: "uses UDP" } };
      return;
    }
    const why = `it does not compile: ${firstError(screen)}`;
    const isPlanned = WRONG_PLAN.test(screen.slice(-SEARCHED_CHARS));
    built[name].broken = missingThing(screen, found.files) ??
      { why, ...isPlanned && { look: { cause: "the build command is not known" } } };
  }));
  return built;
}

/** Runs a build. @returns Its output if it fails, else undefined. */
async function runShell(
  start: Start,
  shell: string,
  folder: string,
  top: string,
): Promise<string | undefined> {
  const env = {
    GOCACHE: `${top}/${OUT}/.go`,
    GOFLAGS: "-mod=mod",
    GOPROXY: "off",
    CARGO_NET_OFFLINE: "true",
  };
  const words = ["sh", "-c", `mkdir -p ${top}/${OUT}; ${shell}`];
  const running = start({ words, folder, env });
  try {
    if (!await running.endsWithin(BUILD_LIMIT_MS)) {
      return `error: building takes longer than ${BUILD_LIMIT_MS / 1000} s`;
    }
    return running.exit === 0 ? undefined : running.screen;
  } finally {
    await running.stop();
  }
}

function launchOf(
  { target, isModule, env, given }: Documented,
  path: string,
  words: string[],
): Launch {
  const whole = `/${path.replace(/\.\w+$/, "")}`;
  const module = `/${target.replaceAll(".", "/")}`;
  const below = isModule
    ? (whole.endsWith("/__main__") ? `${module}/__main__` : module)
    : `/${target}`;
  const folder = (isModule ? whole : `/${path}`).slice(1, -below.length).replace(/\/$/, "");
  const isScript = `/${path}`.endsWith(below) && words.at(-1) === path.split("/").at(-1);
  const command = isModule
    ? { words: ["python3", "-m", target], folder, env }
    : isScript
    ? { words: [...words.slice(0, -1), target], folder, env }
    : { words, folder: folderOf(path), env };
  return withArguments(command, given);
}

/** A program whose command a lab file states: words such as `MODE=1` before it are its environment. */
function stated(run: string, candidate: Candidate | undefined): Built {
  const words = splitWords(run);
  if (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words.unshift("env");
  const source = candidate?.source ?? "";
  const files = candidate ? [candidate.path] : [];
  const ports = portsIn([source]);
  return { files, words, folder: "", source, ports, fixed: true };
}

function firstError(screen: string): string {
  const lines = screen.split("\n").map((line) => line.trim()).filter(Boolean);
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? "no message").slice(0, 200);
}
