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
  versionArguments?: readonly string[];
  /** The command that installs the tool on Debian; if absent, `apt-get install` and its name. */
  install?: string;
}

const STARTED = [
  { name: "Python", endings: ["py"], tool: "python3" },
  {
    name: "JavaScript",
    endings: ["js", "mjs", "cjs"],
    tool: "node",
    install: "apt-get install nodejs",
  },
  { name: "TypeScript", endings: ["ts"], tool: "deno", install: "npm install -g deno" },
  {
    name: "Java",
    endings: ["java"],
    tool: "java",
    versionArguments: ["-version"],
    install: "apt-get install default-jdk",
  },
  { name: "C", endings: ["c"], tool: "gcc" },
  { name: "C++", endings: ["cc", "cpp", "cxx"], tool: "g++" },
  { name: "C#", endings: ["cs"], tool: "mono", install: "apt-get install mono-mcs" },
  {
    name: "Go",
    endings: ["go"],
    tool: "go",
    versionArguments: ["version"],
    install: "apt-get install golang",
  },
  { name: "Rust", endings: ["rs"], tool: "rustc", install: "apt-get install rustc" },
  { name: "Perl", endings: ["pl"], tool: "perl", versionArguments: ["-e", "print substr($^V, 1)"] },
  { name: "Ruby", endings: ["rb"], tool: "ruby" },
  { name: "PHP", endings: ["php"], tool: "php" },
  {
    name: "Lua",
    endings: ["lua"],
    tool: "lua",
    versionArguments: ["-v"],
    install: "apt-get install lua5.4 lua-socket",
  },
  {
    name: "Tcl",
    endings: ["tcl"],
    tool: "tclsh",
    versionArguments: ["/dev/null"], // tclsh has no option that prints it
    install: "apt-get install tcl",
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
    versionArguments: ["-version"],
    install: "snap install kotlin --classic",
  },
  { name: ".NET", endings: ["fs", "vb"], install: "apt-get install dotnet-sdk-8.0" },
  { name: "Swift", endings: ["swift"] },
  { name: "Scala", endings: ["scala"], install: "apt-get install scala" },
  { name: "Groovy", endings: ["groovy"], install: "apt-get install groovy" },
  { name: "Haskell", endings: ["hs"], install: "apt-get install ghc" },
  { name: "OCaml", endings: ["ml"], install: "apt-get install ocaml" },
  { name: "Dart", endings: ["dart"] },
  { name: "Elixir", endings: ["ex", "exs"], install: "apt-get install elixir" },
  { name: "Erlang", endings: ["erl"], install: "apt-get install erlang" },
  { name: "Julia", endings: ["jl"] },
  { name: "R", endings: ["r"], install: "apt-get install r-base-core" },
  { name: "Pascal", endings: ["pas"], install: "apt-get install fp-compiler" },
  { name: "Lisp", endings: ["lisp"], install: "apt-get install sbcl" },
  { name: "Clojure", endings: ["clj", "cljs"], install: "apt-get install clojure" },
  { name: "Nim", endings: ["nim"], install: "apt-get install nim" },
  { name: "Zig", endings: ["zig"] },
  { name: "Jupyter", endings: ["ipynb"], install: "apt-get install jupyter-nbconvert" },
];

/** A pattern for file names that have an ending of these languages. */
export function endingPattern(languages: readonly Language[]): RegExp {
  return new RegExp(`\\.(?:${languages.flatMap(({ endings }) => endings).join("|")})$`, "i");
}

/** The language of a file by its name; undefined if the table does not have it. */
export function languageOf(path: string): Language | undefined {
  const ending = path.split(".").at(-1)!.toLowerCase();
  return [...STARTED_LANGUAGES, ...OTHER_LANGUAGES].find(({ endings }) => endings.includes(ending));
}
