/**
 * House rules: which folder may import which, how long files are, and how many lines a student
 * reads.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** What each folder of the grader may import from the lab. */
const LAB = ["wire/text.ts", "terminal", "cli"];
/** What each folder may import besides itself. For a file the longest matching folder counts. */
const ALLOWED_IMPORTS: Record<string, string[]> = {
  wire: [],
  terminal: ["wire"],
  cli: ["wire", "terminal"],
  keyboard: ["wire", "terminal"],
  server: ["wire", "terminal", "cli"],
  client: ["wire", "terminal", "cli", "keyboard"],
  "grade/results": LAB,
  "grade/sandbox": [...LAB, "grade/results/language_table.ts"],
  "grade/find": [...LAB, "grade/results", "grade/sandbox"],
  "grade/read": [...LAB, "grade/results"],
  "grade/ask": [...LAB, "grade/results", "grade/sandbox", "grade/find", "grade/read"],
  "grade/judge": [
    ...LAB,
    ...["results", "sandbox", "find", "read", "ask"].map((folder) => `grade/${folder}`),
  ],
  "grade/class/graded": [...LAB, "grade/results"],
  "grade/class/intake": [...LAB, "grade/class/graded", "grade/results/json_file.ts"],
  "grade/class/decisions": [
    ...LAB,
    "grade/results",
    "grade/class/graded",
    "grade/class/intake",
    "grade/class/exports/gradebook_file.ts",
  ],
  "grade/class/page": [...LAB, "grade/results", "grade/class/graded"],
  "grade/class/exports": [
    ...LAB,
    "grade/results",
    "grade/class/graded",
    "grade/class/intake",
    "grade/class/page/markup.ts",
  ],
  "grade/class": [
    ...LAB,
    ...["results", "sandbox", "grade_submission.ts", "confirm.ts"].map((name) => `grade/${name}`),
  ],
  grade: LAB,
  eth1: LAB,
  report: [...LAB, "eth1", "grade/results/result_files.ts"],
  release: LAB,
};
/** The packages that the four programs may use. */
const PACKAGES = ["@std/cli", "@std/assert", "@std/streams", "@std/bytes"];
const PROGRAMS = ["server1.ts", "server2.ts", "client1.ts", "client2.ts"];
const MAX_FILE_LINES = 300;
const MAX_CLASS_LINES = 200;
const MAX_FUNCTION_LINES = 60;
const MAX_ROOT_FILES = 3;
/** The beginning of a class or a function, as `deno fmt` writes it. */
const BEGINNING =
  /^( *)(?:export )?(?:(?:async )?function\*? |(class) |const \w+.*= (?:async )?\(|(?:static |async |get )*#?(?!(?:if|for|while|switch|catch)\b)\w+\().*[({]$/;
/** The small files that the files of the reading order use. */
const SUPPORT = ["server/service", "server/context", "wire/receive_buffer", "wire/byte_buffer"]
  .map((name) => `lib/${name}.ts`);
const MAX_PATH_LINES = 1300;

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The sources below a folder, as paths from the project's root. */
function sources(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : name.endsWith(".ts") ? [path] : [];
  });
}

/** The imports of a file, with types: paths from the root, and names of packages. */
function imports(path: string): string[] {
  const code = read(path).replace(/^ *(\/\*\*|\*|\/\/).*$/gm, ""); // without the imports of examples
  return [...code.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name]) =>
    name.startsWith(".") ? new URL(name, new URL(path, ROOT)).href.slice(ROOT.href.length) : name
  );
}

const GRAPH = new Map(
  [...PROGRAMS, ...sources("lib")].map((path) => [path, imports(path)] as const),
);

/** The folder of a file, as ALLOWED_IMPORTS names it. */
function folderOf(path: string): string | undefined {
  return Object.keys(ALLOWED_IMPORTS).sort((a, b) => b.length - a.length)
    .find((folder) => path.startsWith(`lib/${folder}/`));
}

/** All files and packages that a file imports, directly or not. */
function reach(path: string, seen = new Set<string>()): Set<string> {
  for (const next of GRAPH.get(path) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reach(next, seen);
  }
  return seen;
}

function test(name: string, fn: () => void): void {
  Deno.test({ name, fn });
}

test("a folder imports from its allowed folders only", () => {
  for (const [path, targets] of GRAPH) {
    const folder = folderOf(path);
    if (folder === undefined) continue;
    for (const target of targets.filter((target) => target.startsWith("lib/"))) {
      const allowed = [folder, ...ALLOWED_IMPORTS[folder]];
      assert(allowed.some((name) => target.startsWith(`lib/${name}`)), `${path} imports ${target}`);
    }
  }
});

test("no file imports itself through other files", () => {
  for (const path of GRAPH.keys()) assert(!reach(path).has(path), `${path} imports itself`);
});

test("the four programs import four packages only, and no file of the grader, the report or the release", () => {
  for (const path of PROGRAMS.flatMap((program) => [...reach(program)])) {
    if (path.startsWith("node:") || path === "deno.json") continue;
    if (path.startsWith("lib/")) {
      assert(
        /^(wire|terminal|cli|keyboard|server|client)$/.test(folderOf(path) ?? ""),
        path,
      );
    } else assert(PACKAGES.includes(path), path);
  }
});

test("no file of lib has over 300 lines, and at most three are in lib itself", () => {
  for (const path of GRAPH.keys()) {
    assert(read(path).split("\n").length <= MAX_FILE_LINES + 1, `${path} is too long`);
  }
  const atRoot = [...Deno.readDirSync(new URL("lib", ROOT))].filter(({ isFile }) => isFile);
  assert(atRoot.length <= MAX_ROOT_FILES, `${atRoot.map(({ name }) => name)}`);
});

test("no class of lib has over 200 lines, and no function over 60", () => {
  for (const path of sources("lib").filter((path) => !path.endsWith(".d.ts"))) {
    const lines = read(path).split("\n");
    for (const [i, line] of lines.entries()) {
      const [, indent, isClass] = line.match(BEGINNING) ?? [];
      if (indent === undefined) continue;
      // After its parameters a function has a body, and a call has none.
      const close = lines.find((one, j) => j > i && one.startsWith(`${indent})`));
      if (line.endsWith("(") && !close?.endsWith("{")) continue;
      const end = lines.findIndex((one, j) =>
        j > i && one.startsWith(`${indent}}`) && /^ *}[;,)]*$/.test(one)
      );
      const most = isClass ? MAX_CLASS_LINES : MAX_FUNCTION_LINES;
      assert(end - i + 1 <= most, `${path}:${i + 1} has ${end - i + 1} lines`);
    }
  }
});

test("each file that deno.json lists for a plain deno test exists", () => {
  const { include } = JSON.parse(read("deno.json")).test;
  for (const path of include) assert(Deno.statSync(new URL(path, ROOT)).isFile, path);
});

test("only needing() skips a test", () => {
  for (const path of sources("tests")) {
    if (["tests/needs.ts", "tests/house_test.ts"].includes(path)) continue;
    assert(!/\bignore:|\bignore\b *[,}]|\.ignore\b/.test(read(path)), path);
  }
});

test("lib/README.md's reading order has each file once, and at most 1,300 lines with the files that they use", () => {
  const table = read("lib/README.md").split(/^## /m)[0];
  const files = [...table.matchAll(/^\| `([\w/]+\.ts)`/gm)].map(([, path]) => path);
  assertEquals(new Set(files).size, files.length);
  assert(files.length >= 8, `${files}`);
  const lines = [...files, ...SUPPORT].reduce(
    (sum, path) => sum + read(path).split("\n").length - 1,
    0,
  );
  assert(lines <= MAX_PATH_LINES, `${lines} lines`);
});
