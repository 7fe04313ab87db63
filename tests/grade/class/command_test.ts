/**
 * The command line of a class.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/cli/failure.ts";
import { ParsedOptions, parseOptions } from "../../../lib/cli/options.ts";
import { CLASS_OPTIONS, runClass } from "../../../lib/grade/class/command.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { BlockingOutput } from "../../../lib/terminal/blocking_output.ts";
import { Folder, submission } from "./folders.ts";
import { result } from "./made_up.ts";

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
  return runClass(given, cwd, { rubric: DEFAULT_RUBRIC, asked: "" }, grade, {
    out: nowhere,
    log: nowhere,
  });
}

Deno.test("--class and --out are relative to where the command was typed", async () => {
  await using folder = new Folder(submission("a b#c%41 é/ann"));
  assertEquals(await run(["--class", "./a b#c%41 é/", "--out=x/../ö #out"], folder.path), 0);
  assertEquals(folder.names("ö #out/feedback"), ["ann.md"]);
});

Deno.test("--class without --out is wrong usage", async () => {
  await assertRejects(() => run(["--class", "x"], "/"), UsageError, "say with --out where");
  await assertRejects(() => run(["--class", "x", "--out", "y", "--jobs", "0"], "/"), UsageError);
  const max = ["--class", "x", "--out", "y", "--gradebook-max", "0"];
  await assertRejects(() => run(max, "/"), UsageError, "it must be a number above 0");
});
