/**
 * Results for other programs: in the shapes of check50 and of Gradescope.
 *
 * - https://cs50.readthedocs.io/projects/check50/en/latest/json_specification/
 * - https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * @module
 */
import { partOf, type Result } from "./check.ts";
import { lost, pointsOf } from "./scores.ts";
import { hintOf } from "./screen.ts";

/** A cause, as check50 writes it. */
export interface Cause {
  rationale: string;
  help: string | null;
  expected?: string;
  actual?: string;
}

/** The shape of check50's JSON. */
export interface Check50 {
  slug: string;
  version: string;
  results: {
    name: string;
    description: string;
    /** null: not tried. */
    passed: boolean | null;
    log: string[];
    cause: Cause | null;
    data: Record<string, unknown>;
    dependency: string | null;
  }[];
}

/** Results in the shape of check50. */
export function toCheck50(results: Result[]): Check50 {
  return {
    slug: "networks-lab/assignment1",
    version: "1.0.0",
    results: results.map((result) => {
      const { check, status, seen, facts, log, milliseconds } = result;
      return {
        name: check.id,
        description: check.description,
        passed: status === "pass" ? true : status === "fail" ? false : null,
        log,
        cause: status === "pass" ? null : {
          rationale: seen,
          help: status === "fail" ? hintOf(result) : null,
          ...facts.expected !== undefined && { expected: facts.expected },
          ...facts.actual !== undefined && { actual: facts.actual },
        },
        data: {
          program: check.program,
          part: partOf(check),
          status,
          seen,
          seconds: milliseconds / 1000,
        },
        dependency: check.needs ?? null,
      };
    }),
  };
}

/** The shape of Gradescope's results.json. */
export interface Gradescope {
  execution_time: number;
  /** The tests' in all, so that nobody adds up rounding errors. */
  score: number;
  tests: {
    name: string;
    number: string;
    score: number;
    max_score: number;
    status: "passed" | "failed";
    output: string;
  }[];
}

/** Results in the shape of Gradescope; what was skipped is worth nothing and costs nothing. */
export function toGradescope(results: Result[], seconds: number): Gradescope {
  const score = results.reduce(
    (sum, result) => sum + (lost(result) ? 0 : pointsOf(result.check, results)),
    0,
  );
  return {
    execution_time: Math.round(seconds),
    score: Math.round(100 * score) / 100,
    tests: results.map((result) => {
      const { check, status, seen, facts } = result;
      const points = pointsOf(check, results);
      const output = [
        status === "skip" ? `skipped: ${seen}` : seen,
        facts.expected && `expected: ${facts.expected}`,
        facts.actual && `seen: ${facts.actual}`,
        status === "fail" && `hint: ${hintOf(result)}`,
      ].filter(Boolean).join("\n");
      return {
        name: `${check.id}: ${check.description}`,
        number: partOf(check),
        score: lost(result) ? 0 : points,
        max_score: points,
        status: lost(result) ? "failed" : "passed",
        output,
      };
    }),
  };
}
