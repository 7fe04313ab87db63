/** The search for launches ends at its time limit, whatever the programs do. */
import { assert, assertEquals } from "@std/assert";
import { gradeSubmission } from "../../../lib/grade/grade_submission.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { PROGRAM_NAMES } from "../../../lib/grade/results/results.ts";
import { type Need, needing } from "../../needs.ts";

const NEEDS: Need[] = ["sandboxes", "python3"];
const LIMIT_MS = 2_000;
/**
 * Time that a search takes beyond its limit: the processes of the last launches are ended, 3 s on a
 * busy machine. Without a limit the shortest of these searches takes 32 s.
 */
const MARGIN_MS = 10_000;

for (
  const [what, wait] of [
    ["silent", "time.sleep(600)"],
    ["busy", "while True: pass"],
    ["printing", "while True: print('working', flush=True); time.sleep(0.01)"],
  ]
) {
  const fn = async () => {
    const folder = Deno.makeTempDirSync({ prefix: "silent" });
    try {
      for (const name of PROGRAM_NAMES) {
        Deno.writeTextFileSync(`${folder}/${name}.py`, `import sys, time\nsys.argv\n${wait}\n`);
      }
      const since = performance.now();
      const { questions } = await gradeSubmission(folder, {
        rubric: DEFAULT_RUBRIC,
        seed: 5,
        command: "deno task grade",
        searchLimitMs: LIMIT_MS,
      });
      const took = performance.now() - since;
      assert(took < LIMIT_MS + MARGIN_MS, `it took ${took} ms`);
      for (const [question, { verdict }] of Object.entries(questions)) {
        assertEquals([question, verdict], [question, "look"]);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
  const name = `the search for the launches of ${what} programs ends at its time limit`;
  Deno.test(needing(NEEDS, { name, fn, sanitizeOps: false, sanitizeResources: false }));
}
