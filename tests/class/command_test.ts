/**
 * The command lines of a class and of the autograder's zip.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/cli/failure.ts";
import { ParsedOptions, parseOptions } from "../../lib/cli/options.ts";
import { unpackArchive } from "../../lib/class/archives.ts";
import { CLASS_OPTIONS, runClass } from "../../lib/class/command.ts";
import { DEFAULT_RUBRIC } from "../../lib/results/rubric.ts";
import { BlockingOutput } from "../../lib/terminal/blocking_output.ts";
import { Folder, submission } from "./folders.ts";
import { result } from "./made_up.ts";

const ROOT = new URL("../../", import.meta.url);

function run(args: string[], cwd: string): Promise<number> {
  const about = { name: "grade", summary: "", synopsis: "", examples: [], options: CLASS_OPTIONS };
  const given = parseOptions(about, args);
  assert(given instanceof ParsedOptions);
  const nowhere = new BlockingOutput({
    write: (bytes) => Promise.resolve(bytes.length),
    writeSync: (bytes) => bytes.length,
    isTerminal: () => false,
  });
  const grade = () => Promise.resolve(result("ann"));
  return runClass(given, cwd, DEFAULT_RUBRIC, "", grade, { out: nowhere, log: nowhere });
}

Deno.test("--class and --out are relative to where the command was typed", async () => {
  await using folder = new Folder(submission("lab/ann"));
  assertEquals(await run(["--class", "./lab/", "--out=x/../out"], folder.path), 0);
  assertEquals(folder.names("out/feedback"), ["ann.md"]);
});

Deno.test("--class without --out is wrong usage", async () => {
  await assertRejects(() => run(["--class", "x"], "/"), UsageError, "say with --out where");
  await assertRejects(() => run(["--class", "x", "--out", "y", "--jobs", "0"], "/"), UsageError);
});

Deno.test("the autograder's zip holds the grader and two scripts that bash can read", async () => {
  await using folder = new Folder();
  const zip = `${folder.path}/autograder.zip`;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--allow-all", "lib/class/autograder.ts", zip],
    cwd: ROOT,
  }).output();
  assert(success);
  assertMatch(new TextDecoder().decode(stdout), /autograder\.zip is ready/);
  const { why } = await unpackArchive(zip, `${folder.path}/source`, new AbortController().signal);
  assertEquals(why, "");
  const names = folder.names("source");
  for (const name of ["setup.sh", "run_autograder", "deno.json", "server1.ts", "lib"]) {
    assert(names.includes(name), name);
  }
  for (const script of ["setup.sh", "run_autograder"]) {
    const path = `${folder.path}/source/${script}`;
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o755);
    assert((await new Deno.Command("bash", { args: ["-n", path] }).output()).success);
  }
});
