/** `deno task compile` as a command: its usage, and its error if Deno's base is wrong. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Program } from "../harness.ts";

const SCRIPT = fileURLToPath(new URL("../../lib/release/compile.ts", import.meta.url));

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: true, sanitizeResources: true, fn });
}

function compile(args: string[], env: Record<string, string> = {}): Program {
  return new Program([Deno.execPath(), "run", "--allow-all", SCRIPT, ...args], { env });
}

test("compile --help describes the command, and compiles nothing", async () => {
  await using help = compile(["--help"]);
  assertEquals(await help.exit(), 0);
  assertMatch(help.stdout.text, /Usage: deno task compile \[OPTION\]….*--all/s);
  assertEquals(help.stderr.text, "");
});

test("compile with an argument is wrong usage", async () => {
  await using wrong = compile(["server1"]);
  assertEquals(await wrong.exit(), 2);
  assertMatch(wrong.stderr.text, /^compile: Cannot use the argument "server1": .*\nUsage: .*\n$/);
});

test("compile with a wrong base reports it in one sentence, and exits with 1", async () => {
  await using failed = compile([], { DENORT_BIN: "/bin/true" });
  assertEquals(await failed.exit(), 1);
  assertMatch(failed.stderr.text, /^compile: Cannot (compile|use) .*DENORT_BIN.*\n$/);
  assert(!failed.stdout.text.includes("dist/"), failed.stdout.text);
});
