/**
 * How marks are spread over a class.
 *
 * @module
 */
import type { GradedSubmission } from "./graded_submission.ts";

/** The marks of a class in percent. */
export interface Spread {
  /** How many have their final marks. */
  graded: number;
  /** How many want a look. */
  look: number;
  /** The mean; undefined while no student has marks. */
  mean?: number;
  /** The middle one; undefined while no student has marks. */
  median?: number;
  /** How many of the graded have 0 to 9, 10 to 19, … 90 to 100. */
  tens: number[];
  /** The same for submissions that want a look, by their marks so far. */
  tensLook: number[];
}

/** Counts the marks of a class. */
export function spreadOf(results: readonly GradedSubmission[]): Spread {
  const percent = ({ marks, max }: GradedSubmission) => max === 0 ? 0 : marks / max * 100;
  const graded = results.filter(({ state }) => state === "graded").map(percent)
    .sort((a, b) => a - b);
  const look = results.filter(({ state }) => state === "look").map(percent);
  const tens = (values: number[]) =>
    Array.from(
      { length: 10 },
      (_, i) => values.filter((value) => Math.min(9, Math.floor(value / 10)) === i).length,
    );
  const middle = graded.length >> 1;
  return {
    graded: graded.length,
    look: look.length,
    ...graded.length > 0 && {
      mean: graded.reduce((sum, value) => sum + value, 0) / graded.length,
      median: graded.length % 2 ? graded[middle] : (graded[middle - 1] + graded[middle]) / 2,
    },
    tens: tens(graded),
    tensLook: tens(look),
  };
}
