/**
 * Languages: how a source file is built and started.
 *
 * @module
 */
import { type Candidate, folderOf, SETTINGS } from "./files.ts";
import type { StartedEnding } from "../results/language_table.ts";
import { newestJdk } from "../sandbox/tools.ts";
import type { Program } from "../sandbox/running_program.ts";

/** The folder for executables, unless the submission's own Makefile names another. */
export const OUT = ".lab-build";
/** Programs run for seconds: the optimising JIT compiler would cost more time than it saves. */
const JAVA = [
  `${newestJdk()}java`,
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-XX:-UsePerfData", // else a JVM may warn that another one has locked its file
];
const JAVAC = `${newestJdk()}javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -nowarn`;

/** The most folders, beside its own, in which a program is started. */
const MAX_FOLDERS = 3;
/** The most folders in `PYTHONPATH`. */
const MAX_PATHS = 12;

/** Replaces the Go version that a module asks for by the one that is installed. */
const OLDER_GO =
  "sed -i -E \"s/^go [0-9.]+/go $(go env GOVERSION | grep -oE '[0-9]+[.][0-9]+' | head -1)/; " +
  '/^toolchain /d" "$(go env GOMOD)"';

/** A shell command, and the folder it runs in. */
export interface Step {
  shell: string;
  /** The folder, relative to the submission. */
  folder: string;
}

/** How a source file is built and started. */
export interface Plan {
  /** The command that starts it, a word each; it runs in the source's folder. */
  words: string[];
  /** A build for several programs at once, such as `make`; it runs first and may fail. */
  shared?: Step;
  /** The build of this program alone; it runs second and must succeed. */
  own?: Step;
  /** Other commands that may start it, if this one lacks a file or a module. */
  others?: Program[];
}

/** A source file, and what its plan depends on. */
interface Source extends Candidate {
  /** Its folder, relative to the submission; empty for the top. */
  folder: string;
  /** The name of the source to compile or to run, in the folder. */
  file: string;
  /** The program's name, without an ending. */
  stem: string;
  files: string[];
  /** The submission's folder, as its programs see it. */
  top: string;
  /** The path for an executable that is built from it. */
  out: string;
}

const interpreted = (tool: string) => ({ file }: Source): Plan => ({ words: [tool, file] });
const deno = ({ file }: Source): Plan => ({
  words: ["deno", "run", "--allow-all", "--no-check", file],
});
const javaScript = (candidate: Source): Plan =>
  /\bDeno\./.test(candidate.source) ? deno(candidate) : interpreted("node")(candidate);
const cPlusPlus = (candidate: Source): Plan =>
  planC(candidate, "g++ -std=gnu++20 -w -pthread", "cc cpp cxx", "");

/** The plan of each language, by the ending of the source file. */
const PLANS: Record<StartedEnding, (candidate: Source) => Plan> = {
  py: (candidate) => ({ ...interpreted("python3")(candidate), others: otherPython(candidate) }),
  js: javaScript,
  mjs: javaScript,
  cjs: javaScript,
  ts: deno,
  java: planJava,
  c: (candidate) => planC(candidate, "gcc -w -pthread", "c", "-lm"),
  cc: cPlusPlus,
  cpp: cPlusPlus,
  cxx: cPlusPlus,
  cs: planCSharp,
  go: planGo,
  rs: planRust,
  pl: interpreted("perl"),
  rb: interpreted("ruby"),
  php: interpreted("php"),
  lua: interpreted("lua"),
  tcl: interpreted("tclsh"),
  sh: (candidate) =>
    interpreted(/^#!.{0,80}\bbash\b|\/dev\/tcp\//.test(candidate.source) ? "bash" : "sh")(
      candidate,
    ),
};

/**
 * How a file is built and started, by its language; a file without a language is an executable.
 *
 * @param top The submission's folder, as its programs see it.
 */
export function planFor(found: Candidate, files: string[], top: string): Plan {
  const { path, compiledFrom = path } = found;
  const folder = folderOf(path);
  const file = compiledFrom.split("/").at(-1)!;
  const stem = path.split("/").at(-1)!.replace(/\.[^.]*$/, "");
  // Non-ASCII letters become `_`: the index of the file keeps two such names apart.
  const isPlain = /^[\w./ -]*$/.test(path);
  const out = `${top}/${OUT}/${path.replace(/\W/g, "_")}${isPlain ? "" : files.indexOf(path)}`;
  const candidate: Source = { ...found, folder, file, stem, files, top, out };
  // A script without an ending has a path with one.
  const named = compiledFrom.includes(".") ? file : path;
  const plan = PLANS[named.split(".").slice(1).at(-1)?.toLowerCase() as StartedEnding];
  return inFolders(plan?.(candidate) ?? { words: [`./${file}`] }, candidate);
}

/** A plan with the same command in each folder that holds settings: a program may read them there. */
function inFolders(plan: Plan, { files, folder, file, path, top }: Source): Plan {
  const holders = new Set(["", ...files.filter((one) => SETTINGS.test(one)).map(folderOf)]);
  const folders = [...holders].filter((one) => one !== folder).slice(0, MAX_FOLDERS);
  const others = folders.map((folder) => ({
    words: plan.words.map((word) =>
      word === file || word === `./${file}` ? `${folder === "" ? "." : top}/${path}` : word
    ),
    folder,
  }));
  return { ...plan, others: [...plan.others ?? [], ...others] };
}

/**
 * Other commands for a Python file: as a module of each folder above it, as a path from the top, and
 * with every package folder in PYTHONPATH.
 */
function otherPython({ folder, file, stem, files, top }: Source): Program[] {
  const parts = folder === "" ? [] : folder.split("/");
  const isName = (part: string) => /^[A-Za-z_]\w*$/.test(part);
  const modules = parts.flatMap((_, i) => {
    const below = [...parts.slice(parts.length - 1 - i), stem];
    if (!below.every(isName)) return [];
    const module = (stem === "__main__" ? below.slice(0, -1) : below).join(".");
    const above = parts.slice(0, parts.length - 1 - i).join("/");
    return [{ words: ["python3", "-m", module], folder: above }];
  });
  const holders = files.filter((one) => one.endsWith(".py")).flatMap((one) => {
    const at = folderOf(one);
    return at === "" ? [""] : [at, folderOf(at)];
  });
  const all = [...new Set(holders)].sort((a, b) => a.length - b.length).slice(0, MAX_PATHS);
  const env = { PYTHONPATH: all.map((one) => `${top}/${one}`.replace(/\/$/, "")).join(":") };
  return [
    ...modules,
    { words: ["python3", file], folder, env },
  ];
}

/** C and C++: first the student's Makefile, whose executable has the source's name, then the file alone. */
function planC(
  { files, folder, file, stem, defines = [], top, out }: Source,
  compiler: string,
  endings: string,
  libraries: string,
): Plan {
  // Sources without a main are helpers: those of the file's own folder, or of a folder above it.
  const sources = endings.split(" ").map((ending) => `-name '*.${ending}'`).join(" -o ");
  const helpers = (where: string) =>
    `$(find ${where} -type f \\( ${sources} \\) -exec grep -LE 'main *\\(' {} +)`;
  const parts = folder.split("/");
  const near = (where: string) => `${where}/.`.split("/").findIndex((part, i) => part !== parts[i]);
  const folders = [...new Set(files.filter((path) => /\.(h|hh|hpp)$/.test(path)).map(folderOf))]
    .sort((a, b) => near(b) - near(a));
  const includes = folders.map((where) => `-I${quoted(`${top}/${where}`)}`).join(" ");
  const macros = defines.map(quoted).join(" ");
  const compile = `${compiler} ${macros} ${includes} -o ${out} ${quoted(file)}`;
  const above = parts.slice(1).map((_, i) => helpers(Array(i + 1).fill("..").join("/")));
  const plain = ["", helpers("."), ...above, helpers(top)]
    .map((more) => `${compile} ${more} ${libraries}`).join(" || ");
  const at = [folder, ""].find((where) =>
    files.some((file) => folderOf(file) === where && /(?:^|\/)(?:GNU)?[Mm]akefile$/.test(file))
  );
  if (at === undefined) return { words: [out], own: { shell: plain, folder } };
  const own = stem === "main" ? folder.split("/").at(-1)! : stem;
  const names = [own, `${own}.out`].map((name) => `-name ${quoted(name)}`).join(" -o ");
  const made = `$(find ${quoted(`${top}/${at}`)} -type f -perm -100 \\( ${names} \\) | head -1)`;
  return {
    words: [out],
    shared: { shell: "make", folder: at },
    own: { shell: `cp "${made}" ${out} 2> /dev/null || ${plain}`, folder },
  };
}

/** A compilation of sources in UTF-8; if the compiler names the encoding, in that of older editors. */
function inEncodings(sources: string): string {
  const compile = (encoding: string) => `${JAVAC} -encoding ${encoding} ${sources}`;
  return `said=$(${compile("UTF-8")} 2>&1) && exit 0; case "$said" in ` +
    `*unmappable*) ${compile("windows-1252")};; *) echo "$said"; exit 1;; esac`;
}

function planJava({ source, folder, stem, top }: Source): Plan {
  const pack = source.match(/^[ \t]{0,64}package\s{1,64}([\p{L}\p{N}_.]{1,256})\s{0,64};/mu)?.[1];
  const below = pack?.replaceAll(".", "/") ?? "";
  const isBelow = below !== "" && `/${folder}`.endsWith(`/${below}`);
  const root = isBelow ? folder.slice(0, -below.length).replace(/\/$/, "") : folder;
  const classes = `${top}/${OUT}/classes_${root.replace(/\W/g, "_")}`;
  const before = source.slice(0, source.search(/void\s+main\s*\(/));
  const names = [...source.matchAll(/\bclass\s{1,64}([\p{L}\p{N}_]{1,256})[^{]{0,512}\{/gu)].map((
    [, name],
  ) => name);
  const own = names.includes(stem)
    ? stem
    : names.findLast((name) => before.includes(`class ${name}`)) ?? stem;
  const main = pack ? `${pack}.${own}` : own;
  const file = `${isBelow ? `${below}/` : ""}${stem}.java`;
  return {
    words: [...JAVA, "-cp", `${classes}_${stem}:${classes}`, main],
    shared: { shell: inEncodings(`-d ${classes} $(find . -name '*.java')`), folder: root },
    own: {
      shell: `test -f ${classes}/${main.replaceAll(".", "/")}.class || ` +
        inEncodings(`-d ${classes}_${stem} -sourcepath . ${quoted(file)}`),
      folder: root,
    },
  };
}

/** Mono's compiler: every source of the project's folder, or the file and all helpers. */
function planCSharp(candidate: Source): Plan {
  const { path, folder, source, top, out } = candidate;
  const project = nearestWith(/\.csproj$/, candidate) ?? folder;
  const space = source.match(/\bnamespace\s{1,64}([\p{L}\p{N}_.]{1,256})/u)?.[1];
  const before = source.slice(0, source.search(/\bMain\s*\(/));
  const name = [...before.matchAll(/\bclass\s{1,64}([\p{L}\p{N}_]{1,256})/gu)].at(-1)?.[1];
  const main = name === undefined ? "" : `-main:${space ? `${space}.` : ""}${name}`;
  const compile = `mcs -nologo -warn:0 -r:System.Xml.dll -out:${out}.exe`;
  const sources = "-name '*.cs' -not -path '*/bin/*' -not -path '*/obj/*'";
  // Sources without a Main are helpers, which may lie anywhere.
  const helpers = `$(find ${top} -type f ${sources} -exec grep -LE '\\bMain *\\(' {} +)`;
  const shell = `${compile} ${main} $(find . ${sources}) || ` +
    `${compile} ${quoted(`${top}/${path}`)} ${helpers}`;
  return { words: ["mono", `${out}.exe`], own: { shell, folder: project } };
}

function planGo(candidate: Source): Plan {
  const { files, folder, file, source, out } = candidate;
  const beside = files.filter((path) => path.endsWith(".go") && folderOf(path) === folder);
  const isModule = nearestWith(/(?:^|\/)go\.mod$/, candidate) !== undefined;
  const isAlone = beside.length === 1 || !/^package main\b/m.test(source);
  const whole = `go build -o ${out} .`;
  const shell = isAlone && isModule
    ? `${whole} || { ${OLDER_GO} && ${whole}; }`
    : `go build -o ${out} ${quoted(file)} || go build -o ${out} ${quoted(file)} ` +
      `$(find . -maxdepth 1 -name '*.go' ! -name '*_test.go' -exec grep -LE '^func main *\\(' {} +)` +
      ` || GO111MODULE=off go build -o ${out} .`;
  return { words: [out], own: { shell, folder } };
}

function planRust(candidate: Source): Plan {
  const { folder, file, stem, top, out } = candidate;
  const cargo = nearestWith(/(?:^|\/)Cargo\.toml$/, candidate);
  if (cargo === undefined) {
    return { words: [out], own: { shell: `rustc -A warnings -o ${out} ${quoted(file)}`, folder } };
  }
  const target = `${top}/${OUT}/rust_${cargo.replace(/\W/g, "_")}`;
  const shell = `CARGO_TARGET_DIR=${target} cargo build --offline --quiet`;
  if (stem !== "main") {
    return { words: [`${target}/debug/${stem}`], own: { shell, folder: cargo } };
  }
  const only = `$(find ${target}/debug -maxdepth 1 -type f -perm -100 | head -1)`;
  return { words: [out], own: { shell: `${shell} && cp "${only}" ${out}`, folder: cargo } };
}

/** The nearest folder at or above a source that has a file of this name. */
function nearestWith(name: RegExp, { files, folder }: Source): string | undefined {
  return files.filter((path) => name.test(path)).map(folderOf)
    .filter((above) => above === "" || `${folder}/`.startsWith(`${above}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
