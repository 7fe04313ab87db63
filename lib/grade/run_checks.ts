/**
 * Plays the checks: each program's one after the other, the programs side by
 * side, and what measures time at the end and alone. Whatever a submission does,
 * it is over in time.
 *
 * @module
 */
import { type Check, Failed, type Result, Skipped } from "./check.ts";
import { Lab, type Setup } from "./lab.ts";
import { pause, within } from "./waiting.ts";

/** A run is over within a minute: this leaves time to start, to kill and to print. */
export const RUN_LIMIT_MS = 50_000;
/** The longest right check takes 3 s; the waits within a check are shorter. */
const CHECK_LIMIT_MS = 15_000;
/** When a check fails, its programs often are about to say why. */
const LAST_WORDS_MS = 150;

const OUT_OF_TIME = "not run: the time for the whole run was out";

/** What to tell while it runs. */
export interface Progress {
  started(check: Check): void;
  finished(result: Result): void;
}

/**
 * Plays all checks.
 *
 * @param limitMs For the whole run.
 * @returns How each went, in the same order.
 */
export async function runChecks(
  checks: Check[],
  setup: Setup,
  progress: Progress,
  limitMs = RUN_LIMIT_MS,
): Promise<Result[]> {
  const end = performance.now() + limitMs;
  const results = new Map<string, Result>();
  const play = async (lane: Check[]) => {
    for (const check of lane) {
      progress.started(check);
      const result = await runCheck(check, setup, results, end);
      results.set(check.id, result);
      progress.finished(result);
    }
  };
  const lanes = Map.groupBy(
    checks.filter(({ alone }) => !alone),
    // Programs that take no options share a port.
    ({ program }) => setup.takesOptions ? program : "all",
  );
  // A check may need one that stands in another part, never a later one of its lane.
  await Promise.all([...lanes.values()].map((lane) => play(inOrder(lane))));
  await play(checks.filter(({ alone }) => alone));
  return checks.map(({ id }) => results.get(id)!);
}

/** The checks, each after the one that it needs; servers before clients, which may leave the port busy. */
function inOrder(lane: Check[]): Check[] {
  const depth = (check?: Check): number =>
    check?.needs ? 1 + depth(lane.find(({ id }) => id === check.needs)) : 0;
  return lane.toSorted((a, b) => b.program.localeCompare(a.program) || depth(a) - depth(b));
}

async function runCheck(
  check: Check,
  setup: Setup,
  results: Map<string, Result>,
  end: number,
): Promise<Result> {
  const result = (
    status: Result["status"],
    seen: string,
    more: Partial<Result> = {},
  ): Result => ({
    check,
    status,
    seen,
    facts: {},
    log: [],
    milliseconds: 0,
    ...more,
  });
  const needed = check.needs && results.get(check.needs);
  if (needed && needed.status !== "pass") {
    return result(
      needed.status === "skip" ? "skip" : "blocked",
      needed.status === "fail" ? `not run: ${needed.check.id} failed` : needed.seen,
    );
  }
  if (check.options && !setup.takesOptions) {
    return result("skip", "the programs take no options");
  }
  const since = performance.now();
  const left = end - since;
  if (left <= 0) return result("blocked", OUT_OF_TIME);
  const lab = new Lab(setup);
  let outcome: Result;
  try {
    const running = check.run(lab);
    running.catch(() => {}); // it may fail after it was given up
    const seen = await within(running, Math.min(left, CHECK_LIMIT_MS));
    outcome = seen !== undefined
      ? result("pass", seen)
      : performance.now() >= end
      ? result("blocked", OUT_OF_TIME)
      : result("fail", `it takes longer than ${CHECK_LIMIT_MS / 1000} s`);
  } catch (error) {
    if (error instanceof Skipped) {
      outcome = result("skip", error.message);
    } else {
      await pause(LAST_WORDS_MS);
      outcome = result("fail", reason(error, lab), {
        facts: error instanceof Failed ? error.facts : {},
      });
    }
  }
  await lab.close();
  const milliseconds = Math.round(performance.now() - since);
  return { ...outcome, log: lab.log, milliseconds };
}

/** What was wrong, and what became of the programs if that explains it. */
function reason(error: unknown, lab: Lab): string {
  const message = error instanceof Failed ? error.message : `the check itself failed: ${error}`;
  return [message, ...lab.troubles].join("; ");
}
