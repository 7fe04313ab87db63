/** `deno task test`: its line about skipped tests, its exit code; and `deno test` without flags. */
import { assertEquals, assertMatch } from "@std/assert";
import { Program } from "./harness.ts";
import { missingOf, needing } from "./needs.ts";
import { summary } from "./run.ts";

const RUN = new URL("run.ts", import.meta.url).pathname;
const NEEDS = new URL("needs.ts", import.meta.url).href;
const SKIPPED = `import { needing } from "${NEEDS}";
Deno.test(needing(["python3", "ip"], { name: "a > b", fn() {} }));`;
const PASSES = `Deno.test("passes", () => {});`;
const FAILS = `Deno.test("fails", () => { throw new Error("broken"); });`;

/** Runs a file of tests as `deno task test` does, with no program on PATH. */
async function run(tests: string, ...args: string[]): Promise<Program> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a_test.ts`, tests);
    const program = new Program(
      [Deno.execPath(), "run", "--allow-all", RUN, "--no-check", ...args, `${folder}/a_test.ts`],
      { env: { PATH: folder } },
    );
    await program.exit();
    return program;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["linux"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

test("the last line counts the missing packages, and the exit code is that of deno test", async () => {
  await using passed = await run(SKIPPED + PASSES);
  assertEquals((await passed.child.status).code, 0);
  assertMatch(passed.stdout.text, /^a > b \(skipped, missing: python3, iproute2\) .* ignored/m);
  assertEquals(
    passed.stdout.lines.at(-1),
    "1 test was skipped: iproute2 (1), python3 (1)" +
      ". Install on Debian or Ubuntu: sudo apt-get install iproute2 python3",
  );
  await using failed = await run(SKIPPED + FAILS);
  assertEquals((await failed.child.status).code, 1);
});

test("deno test without flags passes, and names the command that runs all tests", async () => {
  await using plain = new Program([Deno.execPath(), "test", "--no-check", "--no-prompt"], {
    cwd: new URL("../", import.meta.url).pathname,
  });
  assertEquals(await plain.exit(180_000), 0, plain.stdout.text);
  const [hint, , summary] = plain.stdout.lines.slice(-4);
  assertMatch(hint, /`deno task test` runs all tests \.\.\. ok/);
  assertMatch(summary, /^ok \| \d+ passed \| 0 failed/);
});

test("a test that a filter excludes is not counted", async () => {
  await using filtered = await run(SKIPPED + PASSES, "--filter=passes");
  assertEquals(filtered.stdout.text.includes("skipped"), false);
});

test("--may-skip fails for a test that is skipped for another reason, or for none", async () => {
  await using both = await run(SKIPPED, "--may-skip=python3,iproute2");
  assertEquals((await both.child.status).code, 0);
  await using one = await run(SKIPPED, "--may-skip=python3");
  assertEquals((await one.child.status).code, 1);
  assertMatch(one.stderr.text, /^This test may not be skipped: a > b \(.*\)$/m);
  const unsaid = `Deno.test.${"ignore"}("unsaid", () => {});`;
  await using none = await run(unsaid, "--may-skip=python3");
  assertEquals((await none.child.status).code, 1);
  assertMatch(none.stdout.text, /^1 test was skipped: no reason given \(1\)$/m);
});

Deno.test("summary() lists the most frequent package first, and names packages on Linux only", () => {
  const names = ["a (skipped, missing: denort)", "b (skipped, missing: socat, root)"];
  const both = [...names, "c (skipped, missing: socat)"];
  assertEquals(
    summary(both, "linux"),
    "3 tests were skipped: socat (2), denort (1), root (1)" +
      ". Install on Debian or Ubuntu: sudo apt-get install socat",
  );
  assertEquals(summary(["a (skipped, missing: Linux)"], "darwin"), "1 test was skipped: Linux (1)");
  assertEquals(missingOf("a name"), []);
});
