/** A program of Deno that asks with `node:readline` goes on when a line is typed. */
import { assertEquals } from "@std/assert";
import { SandboxRunner } from "../../../lib/grade/sandbox/runner.ts";
import { Sandbox } from "../../../lib/grade/sandbox/sandbox.ts";
import { until } from "../../../lib/grade/sandbox/waiting.ts";
import { LIMIT_MS } from "../../harness.ts";
import { type Need, needing } from "../../needs.ts";

const NEEDS: Need[] = ["sandboxes"];
const PROGRAM = `import process from "node:process";
import readline from "node:readline/promises";
const lines = readline.createInterface({ input: process.stdin, output: process.stdout });
console.log("got " + await lines.question("line? "));
`;

Deno.test(needing(NEEDS, {
  name: "Deno's node:readline reads a typed line in a sandbox",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync({ prefix: "readline" });
    Deno.chmodSync(folder, 0o755);
    Deno.writeTextFileSync(`${folder}/ask.ts`, PROGRAM);
    const sandbox = await Sandbox.open(folder);
    try {
      const network = await new SandboxRunner(sandbox).network("client1");
      const words = ["deno", "run", "--allow-all", "--no-check", "ask.ts"];
      const running = network.start({ words, folder: "" });
      const shows = (text: string) => () => running.screen.includes(text) || undefined;
      assertEquals(await until(shows("line? "), LIMIT_MS), true, running.screen);
      running.type("hello");
      assertEquals(await until(shows("got hello"), LIMIT_MS), true, running.screen);
      await running.stop();
    } finally {
      await sandbox.close();
      Deno.removeSync(folder, { recursive: true });
    }
  },
}));
