/** The lab report: what it says is what the programs do today. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { withoutAccidents } from "../../lib/report/main.ts";
import { Program } from "../harness.ts";
import { type Need, needing } from "../needs.ts";

const SCRIPT = fileURLToPath(new URL("../../lib/report/main.ts", import.meta.url));
const REPORT = new URL("../../REPORT.md", import.meta.url);
const LIMIT_MS = 60_000;

function test(name: string, fn: () => Promise<void>, needs: Need[] = []): void {
  Deno.test(needing(needs, { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

function report(...args: string[]): Program {
  return new Program([Deno.execPath(), "run", "--allow-all", SCRIPT, ...args]);
}

test("REPORT.md is what the programs say today", async () => {
  await using printed = report("--print");
  assertEquals(await printed.exit(LIMIT_MS), 0, printed.stderr.text);
  const committed = withoutAccidents(await Deno.readTextFile(REPORT));
  assert(
    withoutAccidents(printed.stdout.text) === committed,
    "REPORT.md says something else: write it again with `deno task report`",
  );
}, ["eth1"]);

test("report foo is wrong usage, and touches nothing", async () => {
  const before = await Deno.readTextFile(REPORT);
  await using wrong = report("foo");
  assertEquals(await wrong.exit(), 2);
  assertMatch(wrong.stderr.text, /^report: Cannot use the argument "foo": .*\nUsage: .*\n$/);
  assertEquals(await Deno.readTextFile(REPORT), before);
});

test("report --help says what it does, and touches nothing", async () => {
  const before = await Deno.readTextFile(REPORT);
  await using help = report("--help");
  assertEquals(await help.exit(), 0);
  assertMatch(help.stdout.text, /Usage: deno task report \[OPTION\]…/);
  assertEquals(await Deno.readTextFile(REPORT), before);
});
