import { assertEquals } from "@std/assert";
import { Program } from "../harness.ts";
import { needing } from "../needs.ts";

/** A program that gets copies of its first signal while it is busy, and a second signal later. */
const PROGRAM = `
import { onStopSignals } from "${new URL("../../lib/server/stop_signals.ts", import.meta.url)}";
const { first, second } = onStopSignals();
let seconds = 0;
second.then(() => seconds++);
const signal = () => Deno.kill(Deno.pid, "SIGINT");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
signal();
await first;
signal();
for (const since = performance.now(); performance.now() - since < 150;);
await pause(150);
console.log("copies:", seconds);
signal();
await second;
console.log("second signal:", seconds);
Deno.exit(0);
`;

Deno.test(needing(["linux"], {
  name:
    "onStopSignals does not count a copy of the first signal that waits while JavaScript is busy",
  async fn() {
    await using program = new Program([Deno.execPath(), "run", "--allow-all", "--no-config", "-"], {
      stdin: true,
    });
    await program.write(PROGRAM);
    await program.end();
    assertEquals(await program.exit(), 0, program.stderr.text);
    assertEquals(program.stdout.text, "copies: 0\nsecond signal: 1\n");
  },
}));
