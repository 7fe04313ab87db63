/** A submission that is not done at its time limit is ended, with all its programs. */
import { fileURLToPath } from "node:url";
import { assert, assertRejects } from "@std/assert";
import { TooLate, withTimeLimit } from "../../lib/grade/class/time_limit.ts";
import { gradeSubmission } from "../../lib/grade/grade_submission.ts";
import { DEFAULT_RUBRIC } from "../../lib/grade/results/rubric.ts";
import { needing } from "../needs.ts";

const LIMIT_MS = 2_000;
/** The limit, two seconds to stop, and the load of other tests. Without a limit it takes 30 s. */
const END_MS = 15_000;

Deno.test(needing(["sandboxes", "python3"], {
  name: "a submission whose clients never end is stopped at the time limit",
  fn: async () => {
    const folder = fileURLToPath(new URL("submissions/fixed_texts", import.meta.url));
    const options = { rubric: DEFAULT_RUBRIC, seed: 5, command: "deno task grade" };
    const since = performance.now();
    const grade = (signal: AbortSignal) => gradeSubmission(folder, { ...options, signal });
    const never = new AbortController().signal;
    await assertRejects(() => withTimeLimit(grade, LIMIT_MS, never), TooLate);
    assert(performance.now() - since < END_MS);
  },
  sanitizeOps: false, // the programs end in the background
  sanitizeResources: false,
}));
