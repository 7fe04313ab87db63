/**
 * The worker processes of a class, with a module that returns made-up results.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { WorkerPool } from "../../../lib/grade/class/worker_pool.ts";
import { Failure } from "../../../lib/cli/failure.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { until } from "../../../lib/grade/sandbox/waiting.ts";
import { timed } from "../../faults.ts";
import { LIMIT_MS } from "../../harness.ts";

/** Acts as the folder's name says; `seconds` in its results is its process id. */
const MODULE = `data:text/javascript,${
  encodeURIComponent(`
    for await (const chunk of Deno.stdin.readable) {
      for (const line of new TextDecoder().decode(chunk).trim().split("\\n")) {
        const { folder } = JSON.parse(line);
        if (folder === "loops") for (;;);
        if (folder === "ends") Deno.exit(3);
        const failure = { failure: "Cannot make a sandbox", exitCode: 2 };
        const result = { result: { name: folder, seconds: Deno.pid } };
        console.log(JSON.stringify(folder === "refuses" ? failure : result));
      }
    }`)
}`;
const OPTIONS = { rubric: DEFAULT_RUBRIC, seed: 1, command: "" };

Deno.test("a worker that loops is killed within 3 s, one that exits is an error, and the next submissions are graded", async () => {
  await using graders = new WorkerPool(MODULE);
  const grade = (folder: string, signal = new AbortController().signal) =>
    graders.grade(folder, OPTIONS, signal);
  const first = await grade("ann");
  assertEquals((await grade("bob")).seconds, first.seconds, "its process is used again");
  await assertRejects(() => grade("refuses"), Failure, "Cannot make a sandbox");
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("too late")), 200);
  const { fair } = await timed(
    Deno.pid,
    () => assertRejects(() => grade("loops", stop.signal), Error, "too late"),
  );
  assert(fair < 3_000, `${fair} ms`);
  assert(await until(() => isGone(first.seconds) || undefined, LIMIT_MS), "it is not killed");
  await assertRejects(() => grade("ends"), Error, "its process has ended");
  assertEquals((await grade("cy")).name, "cy");
});

function isGone(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return false;
  } catch {
    return true;
  }
}
