/**
 * What the results amount to: verdicts on questions, counts and points.
 *
 * @module
 */
import { type Check, type Part, partOf, type Result } from "./check.ts";

/** Points for each question, and for craft as a whole: 100 in all. */
const PART_POINTS = 10;

/** How a question went as a whole. */
export type Verdict = "PASS" | "FAIL" | "SKIP";

/** The results of each part of the assignment. */
export function byPart(results: Result[]): Map<Part, Result[]> {
  return Map.groupBy(results, ({ check }) => partOf(check));
}

/** One verdict on several results; what was not run because of a failure has not passed. */
export function verdictOn(results: Result[]): Verdict {
  if (results.some(lost)) return "FAIL";
  return results.every(({ status }) => status === "skip") ? "SKIP" : "PASS";
}

/** Whether a result costs points. */
export function lost({ status }: Result): boolean {
  return status === "fail" || status === "blocked";
}

/**
 * A check's points: its share of its part's, in whole cents that add up.
 * Checks that were skipped have none.
 */
export function pointsOf(check: Check, results: Result[]): number {
  const counted = byPart(results).get(partOf(check))!
    .filter(({ status }) => status !== "skip");
  const at = counted.findIndex((result) => result.check === check);
  if (at < 0) return 0;
  const upTo = (n: number) => Math.round(100 * PART_POINTS * n / counted.length);
  return (upTo(at + 1) - upTo(at)) / 100;
}

/** How many results there are of each kind. */
export function count(results: Result[]): Record<Result["status"], number> {
  const counts = { pass: 0, fail: 0, skip: 0, blocked: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}
