/**
 * The words for verdicts and evidence, the same on the screen, the page and in feedback.
 *
 * @module
 */
import type { Evidence, Verdict } from "./results.ts";

/** Every verdict, the most urgent first. */
export const VERDICTS: readonly Verdict[] = [
  "look",
  "wrong",
  "absent",
  "part",
  "right",
  "not run",
];

/** A verdict in a word or two, for a person. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  look: "wants a look",
  wrong: "wrong",
  absent: "absent",
  part: "half right",
  right: "right",
  "not run": "not run",
};

/** The parts of a verdict's evidence, in the order in which they happened. */
export const EVIDENCE_LABELS: readonly (readonly [keyof Evidence, string])[] = [
  ["typed", "typed"],
  ["sent", "client sent"],
  ["received", "server sent"],
  ["shown", "shown"],
  ["expected", "expected"],
];

/** The parts of {@linkcode EVIDENCE_LABELS} that passed between the programs: shown in hex too. */
export function passedOnWire(part: keyof Evidence): boolean {
  return part === "sent" || part === "received";
}

/** Marks for a person: `87.5`, without zeros at their end. */
export function showMarks(marks: number): string {
  return String(Math.round(marks * 100) / 100);
}
