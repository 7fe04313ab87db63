/**
 * The table of programming languages: finding, starting, looks and the record of a run read it.
 * How a language is built and started is in `find/languages.ts`; CODE.md lists the other places that
 * know languages.
 *
 * @module
 */

/** A programming language that students hand in. */
export interface Language {
  name: string;
  /** The endings of its source files, without the dot. */
  endings: readonly string[];
  /** The command that builds or starts it. Its version is part of the record. */
  tool?: string;
  /** The arguments that make the tool print its version; `--version` if absent. */
  versionArgs?: readonly string[];
  /** The Debian packages of the tool; if absent, one with the tool's name. */
  debian?: string;
  /** The command that installs the tool, if Debian has no package. */
  install?: string;
}

const STARTED = [
  { name: "Python", endings: ["py"], tool: "python3" },
  { name: "JavaScript", endings: ["js", "mjs", "cjs"], tool: "node", debian: "nodejs" },
  { name: "TypeScript", endings: ["ts"], tool: "deno", install: "npm install -g deno" },
  {
    name: "Java",
    endings: ["java"],
    tool: "java",
    versionArgs: ["-version"],
    debian: "default-jdk",
  },
  { name: "C", endings: ["c"], tool: "gcc" },
  { name: "C++", endings: ["cc", "cpp", "cxx"], tool: "g++" },
  { name: "C#", endings: ["cs"], tool: "mono", debian: "mono-mcs" },
  { name: "Go", endings: ["go"], tool: "go", versionArgs: ["version"], debian: "golang" },
  { name: "Rust", endings: ["rs"], tool: "rustc" },
  { name: "Perl", endings: ["pl"], tool: "perl", versionArgs: ["-e", "print substr($^V, 1)"] },
  { name: "Ruby", endings: ["rb"], tool: "ruby" },
  { name: "PHP", endings: ["php"], tool: "php" },
  { name: "Lua", endings: ["lua"], tool: "lua", versionArgs: ["-v"], debian: "lua5.4 lua-socket" },
  {
    name: "Tcl",
    endings: ["tcl"],
    tool: "tclsh",
    versionArgs: ["/dev/null"], // tclsh has no option that prints it
    debian: "tcl",
  },
  { name: "shell", endings: ["sh"], tool: "bash" },
] as const satisfies readonly Language[];

/** Languages that the grader builds and starts: each has a plan in `find/languages.ts`. */
export const STARTED_LANGUAGES: readonly Language[] = STARTED;

/** The ending of a source file that the grader builds and starts. */
export type StartedEnding = typeof STARTED[number]["endings"][number];

/** Languages that the grader recognises and does not start: a lab file has to say how. */
export const OTHER_LANGUAGES: readonly Language[] = [
  {
    name: "Kotlin",
    endings: ["kt", "kts"],
    tool: "kotlinc",
    versionArgs: ["-version"],
    install: "snap install kotlin --classic",
  },
  { name: ".NET", endings: ["fs", "vb"], tool: "dotnet", debian: "dotnet-sdk-8.0" },
  { name: "Swift", endings: ["swift"] },
  { name: "Scala", endings: ["scala"], debian: "scala" },
  { name: "Groovy", endings: ["groovy"], debian: "groovy" },
  { name: "Haskell", endings: ["hs"], debian: "ghc" },
  { name: "OCaml", endings: ["ml"], debian: "ocaml" },
  { name: "Dart", endings: ["dart"] },
  { name: "Elixir", endings: ["ex", "exs"], debian: "elixir" },
  { name: "Erlang", endings: ["erl"], debian: "erlang" },
  { name: "Julia", endings: ["jl"] },
  { name: "R", endings: ["r"], debian: "r-base-core" },
  { name: "Pascal", endings: ["pas"], debian: "fp-compiler" },
  { name: "Lisp", endings: ["lisp"], debian: "sbcl" },
  { name: "Clojure", endings: ["clj", "cljs"], debian: "clojure" },
  { name: "Nim", endings: ["nim"], debian: "nim" },
  { name: "Zig", endings: ["zig"] },
  { name: "Jupyter", endings: ["ipynb"], debian: "jupyter-nbconvert" },
];

/** The command that installs a language; undefined if none is known. */
export function installOf({ tool, debian = tool, install }: Language): string | undefined {
  return install ?? (debian && `apt-get install ${debian}`);
}

/** A pattern for file names that have an ending of these languages. */
export function endingPattern(languages: readonly Language[]): RegExp {
  return new RegExp(`\\.(?:${languages.flatMap(({ endings }) => endings).join("|")})$`, "i");
}

/** The language of a file by its name; undefined if the table does not have it. */
export function languageOf(path: string): Language | undefined {
  const ending = path.split(".").at(-1)!.toLowerCase();
  return [...STARTED_LANGUAGES, ...OTHER_LANGUAGES].find(({ endings }) => endings.includes(ending));
}
