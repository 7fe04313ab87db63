/** The lab report: REPORT.md agrees with the programs. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { withoutAccidents } from "../../lib/report/main.ts";
import { Program } from "../harness.ts";
import { type Need, needing } from "../needs.ts";

const SCRIPT = fileURLToPath(new URL("../../lib/report/main.ts", import.meta.url));
const REPORT = new URL("../../REPORT.md", import.meta.url);
const LIMIT_MS = 180_000;

function test(name: string, fn: () => Promise<void>, needs: Need[] = []): void {
  Deno.test(needing(needs, { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

function report(args: string[], env: Record<string, string> = {}): Program {
  return new Program([Deno.execPath(), "run", "--allow-all", SCRIPT, ...args], { env });
}

test("REPORT.md is what `deno task report` writes today", async () => {
  await using printed = report(["--print"]);
  assertEquals(await printed.exit(LIMIT_MS), 0, printed.stderr.text);
  const committed = withoutAccidents(await Deno.readTextFile(REPORT));
  assert(
    withoutAccidents(printed.stdout.text) === committed,
    "REPORT.md differs: write it again with `deno task report`",
  );
}, ["eth1", "script", "ss"]);

test(
  "report fails, and writes nothing, if server1 does not listen on 127.0.0.1 alone",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const sockets = "State Recv-Q Send-Q Local Peer\nLISTEN 0 1 0.0.0.0:3000 0.0.0.0:*";
      await Deno.writeTextFile(`${folder}/ss`, `#!/bin/sh\necho '${sockets}'\n`, { mode: 0o755 });
      const before = await Deno.readTextFile(REPORT);
      await using wrong = report([], { PATH: `${folder}:${Deno.env.get("PATH")}` });
      assertEquals(await wrong.exit(LIMIT_MS), 1);
      assertMatch(
        wrong.stderr.text,
        /^report: Cannot write the report: the run does not show that 127\.0\.0\.1:3000.*: 0\.0\.0\.0.*\n$/,
      );
      assertEquals(await Deno.readTextFile(REPORT), before);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
  ["eth1", "script"],
);

test("report with an argument is wrong usage, and writes nothing", async () => {
  const before = await Deno.readTextFile(REPORT);
  await using wrong = report(["foo"]);
  assertEquals(await wrong.exit(), 2);
  assertMatch(wrong.stderr.text, /^report: Cannot use the argument "foo": .*\nUsage: .*\n$/);
  assertEquals(await Deno.readTextFile(REPORT), before);
});

test("report --help describes the command, and writes nothing", async () => {
  const before = await Deno.readTextFile(REPORT);
  await using help = report(["--help"]);
  assertEquals(await help.exit(), 0);
  assertMatch(help.stdout.text, /Usage: deno task report \[OPTION\]…/);
  assertEquals(await Deno.readTextFile(REPORT), before);
});
