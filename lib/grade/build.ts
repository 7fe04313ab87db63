/**
 * From a source file to a command that runs it: which language it is, and what
 * has to be built first, in a box without a network.
 *
 * @module
 */
import { LAB, startInBox } from "./box.ts";
import type { Candidate, Found } from "./find.ts";
import type { LabFile } from "./lab_file.ts";
import { PROGRAM_NAMES, type ProgramName } from "./results.ts";
import { splitWords } from "./shell_words.ts";
import type { Workshop } from "./workshop.ts";

const BUILD_LIMIT_MS = 60_000;
/** Where what is built goes, unless the submission's own Makefile says otherwise. */
const OUT = ".lab-build";
/** Short-lived programs: the time that a JVM spends on becoming fast is lost. */
const JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];

const JAVAC = "-J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -nowarn -encoding UTF-8";

/** A program that can be started, or why it cannot. */
export interface Built {
  /** Its files, relative to the submission. */
  files: string[];
  /** The words that start it, without what tells it a port. */
  words: string[];
  /** The folder it is started in, relative to the submission. */
  folder: string;
  /** Variables of its environment beside the usual ones. */
  env?: Record<string, string>;
  /** Its source, to see what it asks for. */
  source: string;
  /** Whether `words` hold all that it is told. */
  fixed: boolean;
  /** Why it cannot be started. */
  broken?: string;
  /** Whether that is not the student's fault. */
  missing?: boolean;
}

/** One build: a command, and the programs that wait for it. */
interface Plan {
  shell: string;
  folder: string;
  /** What is built before, for several programs at once; it may fail. */
  first?: { shell: string; folder: string };
}

/** Builds all the programs that were found. */
export async function build(
  workshop: Workshop,
  found: Found,
  lab: LabFile,
): Promise<Partial<Record<ProgramName, Built>>> {
  const built: Partial<Record<ProgramName, Built>> = {};
  const builds = new Map<string, Promise<{ ok: boolean; screen: string }>>();
  const run = (plan: Plan) => {
    const key = `${plan.folder}\n${plan.shell}`;
    let running = builds.get(key);
    if (!running) builds.set(key, running = runShell(workshop, plan));
    return running;
  };
  await Promise.all(PROGRAM_NAMES.map(async (name) => {
    const candidate = found.programs[name];
    const entry = lab[name];
    if (!candidate && !entry?.run) return;
    const planned = entry?.run !== undefined
      ? stated(entry.run, candidate)
      : plan(candidate!, found.files);
    const shell = entry?.build !== undefined ? { shell: entry.build, folder: "" } : planned.build;
    const { build: _, ...program } = planned;
    built[name] = program;
    if (!shell) return;
    if (shell.first) await run(shell.first);
    const { ok, screen } = await run(shell);
    if (ok) return;
    const missing = missingThing(screen);
    built[name].broken = missing ?? `it does not compile: ${firstError(screen)}`;
    built[name].missing = missing !== undefined;
  }));
  return built;
}

async function runShell(
  workshop: Workshop,
  { shell, folder }: Plan,
): Promise<{ ok: boolean; screen: string }> {
  const env = {
    GOCACHE: "/lab/.lab-build/.go",
    GOFLAGS: "-mod=mod",
    GOPROXY: "off",
    CARGO_NET_OFFLINE: "true",
  };
  const running = startInBox(workshop, undefined, {
    words: ["sh", "-c", shell],
    folder,
    env,
    terminal: false,
  });
  try {
    const ended = await running.endsWithin(BUILD_LIMIT_MS);
    const screen = ended ? running.screen : `${running.screen}\nerror: it takes too long`;
    return { ok: ended && running.exit === 0, screen };
  } finally {
    await running.stop();
  }
}

/** A program whose command is stated. */
function stated(run: string, candidate: Candidate | undefined): Built & { build?: Plan } {
  const source = candidate?.source ?? "";
  const files = candidate ? [candidate.path] : [];
  return { files, words: splitWords(run), folder: "", source, fixed: /\{(port|host)\}/.test(run) };
}

/** What a file needs, by its language. */
function plan({ path, source }: Candidate, files: string[]): Built & { build?: Plan } {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "" : path.slice(0, slash);
  const file = path.slice(slash + 1);
  const dot = file.lastIndexOf(".");
  const stem = dot < 0 ? file : file.slice(0, dot);
  const common = { files: [path], folder, source, fixed: false };
  const out = `${LAB}/${OUT}/${path.replace(/[^\w]/g, "_")}`;
  const make = `mkdir -p ${LAB}/${OUT} && `;
  const with_: With = (words, shell, where = folder, first) => ({
    ...common,
    words,
    ...shell !== undefined && {
      build: {
        shell: make + shell,
        folder: where,
        ...first && { first: { shell: make + first.shell, folder: first.folder } },
      },
    },
  });
  switch (dot < 0 ? "" : file.slice(dot + 1).toLowerCase()) {
    case "py":
      return with_(["python3", file]);
    case "js":
    case "mjs":
    case "cjs":
      if (!/\bDeno\./.test(source)) return with_(["node", file]);
      return with_(["deno", "run", "--allow-all", "--no-check", file]);
    case "ts":
      return with_(["deno", "run", "--allow-all", "--no-check", file]);
    case "sh":
      return with_(["sh", file]);
    case "java":
      return javaPlan(folder, source, stem, with_);
    case "go":
      return with_([out], goBuild(files, folder, file, source, out));
    case "rs":
      return rustPlan(files, folder, file, stem, out, with_);
    case "c":
      return cPlan(
        files,
        folder,
        stem,
        out,
        `gcc -w -pthread -o ${out} ${quoted(file)} -lm`,
        with_,
      );
    case "cc":
    case "cpp":
    case "cxx":
      return cPlan(
        files,
        folder,
        stem,
        out,
        `g++ -std=c++17 -w -pthread -o ${out} ${quoted(file)}`,
        with_,
      );
    default:
      return with_([`./${file}`]);
  }
}

type With = (
  words: string[],
  shell?: string,
  where?: string,
  first?: { shell: string; folder: string },
) => Built & { build?: Plan };

/** A Makefile of the student's own comes first; what it makes has the source's name. */
function cPlan(
  files: string[],
  folder: string,
  stem: string,
  out: string,
  plain: string,
  with_: With,
): Built & { build?: Plan } {
  const at = [folder, ""].find((where) =>
    files.some((file) => /^(?:GNU)?[Mm]akefile$/.test(where ? file.replace(`${where}/`, "") : file))
  );
  if (at === undefined) return with_([out], plain);
  const top = quoted(`${LAB}${at ? `/${at}` : ""}`);
  const made = `$(find ${top} -type f -perm -100 \\( -name ${quoted(stem)} -o -name ${
    quoted(`${stem}.out`)
  } \\) | head -1)`;
  const shell = `{ cp "${made}" ${out} 2> /dev/null || ${plain}; }`;
  return with_([out], shell, folder, { shell: "make", folder: at });
}

function javaPlan(
  folder: string,
  source: string,
  stem: string,
  with_: With,
): Built & { build?: Plan } {
  const pack = source.match(/^\s*package\s+([\w.]+)\s*;/m)?.[1];
  const below = pack?.replaceAll(".", "/") ?? "";
  const root = below !== "" && `/${folder}`.endsWith(`/${below}`)
    ? folder.slice(0, folder.length - below.length).replace(/\/$/, "")
    : folder;
  const classes = `${LAB}/${OUT}/classes_${root.replace(/\W/g, "_")}`;
  const own = [...source.matchAll(/\bclass\s+(\w+)[^{]*\{/g)].map(([, name]) => name);
  const before = source.slice(0, source.search(/void\s+main\s*\(/));
  const mainClass = own.includes(stem)
    ? stem
    : own.findLast((name) => before.includes(`class ${name}`)) ?? stem;
  const file = `${below !== "" && root !== folder ? `${below}/` : ""}${stem}.java`;
  const javac = `javac ${JAVAC} -d ${classes}`;
  const main = pack ? `${pack}.${mainClass}` : mainClass;
  const shell = `{ test -f ${classes}/${main.replaceAll(".", "/")}.class || ` +
    `${javac}_${stem} -sourcepath . ${quoted(file)}; }`;
  return with_([...JAVA, "-cp", `${classes}_${stem}:${classes}`, main], shell, root, {
    shell: `${javac} $(find . -name '*.java')`,
    folder: root,
  });
}

function goBuild(
  files: string[],
  folder: string,
  file: string,
  source: string,
  out: string,
): string {
  const beside = files.filter((path) =>
    path.endsWith(".go") && path.slice(0, Math.max(0, path.lastIndexOf("/"))) === folder
  );
  const alone = beside.length === 1 || !/^package main\b/m.test(source);
  const module = files.some((path) =>
    path.endsWith("go.mod") && folder.startsWith(path.slice(0, -"go.mod".length).replace(/\/$/, ""))
  );
  if (alone && module) return `go build -o ${out} .`;
  return `{ go build -o ${out} ${quoted(file)} || GO111MODULE=off go build -o ${out} .; }`;
}

function rustPlan(
  files: string[],
  folder: string,
  file: string,
  stem: string,
  out: string,
  with_: With,
): Built & { build?: Plan } {
  const cargo = files.filter((path) => path.endsWith("Cargo.toml"))
    .map((path) => path.slice(0, -"Cargo.toml".length).replace(/\/$/, ""))
    .filter((where) => where === "" || folder === where || folder.startsWith(`${where}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (cargo === undefined) return with_([out], `rustc -A warnings -o ${out} ${quoted(file)}`);
  const target = `${LAB}/${OUT}/rust_${cargo.replace(/\W/g, "_")}`;
  const build = `CARGO_TARGET_DIR=${target} cargo build --offline --quiet`;
  if (stem !== "main") return with_([`${target}/debug/${stem}`], build, cargo);
  const only = `$(find ${target}/debug -maxdepth 1 -type f -perm -100 | head -1)`;
  return with_([out], `${build} && cp "${only}" ${out}`, cargo);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What this machine lacks, as a sentence; undefined if it lacks nothing. */
export function missingThing(screen: string): string | undefined {
  const tool = screen.match(
    /(?:sh: \d+: |exec: |execvp )"?(?:\.\/)?([\w.+-]+)"?: (?:not found|No such file|executable file)/,
  )?.[1];
  if (tool) return `${tool} is not installed here`;
  const module = screen.match(
    /ModuleNotFoundError: No module named '([\w.]+)'|Cannot find (?:module|package) '([\w@][^'./]*)'/,
  );
  if (module) return `the module ${module[1] ?? module[2]} is not installed here`;
  const fetched = screen.match(
    /no required module provides package (\S+?);|no matching package named `(\S+?)`|(?:npm package|Module not found|JSR package manifest for) ['"]?(\S+?)['"]? (?:not found|failed)/,
  );
  const name = fetched?.slice(1).find(Boolean);
  if (name) return `the package ${name} is not installed here`;
  const header = screen.match(/fatal error: ([\w./+-]+): No such file/)?.[1];
  return header && !header.includes("common") && /\//.test(header)
    ? `the header ${header} is not installed here`
    : undefined;
}

function firstError(screen: string): string {
  const lines = screen.split("\n").map((line) => line.trim()).filter(Boolean);
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? "no message").slice(0, 200);
}
