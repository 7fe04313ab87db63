/**
 * The conversions of a lab: the named ones, and those that the lab's own program computes.
 *
 * @module
 */
import { answersOf } from "./ask/answer_program.ts";
import { type Conversion, conversionOf, questionsFor } from "./read/conversions.ts";
import { DEFAULT_ANSWERS, isDefault, type LabAnswers } from "./results/answer_texts.ts";

/** The options that the conversions depend on. */
interface LabOptions {
  /** The answers of the lab's servers; the assignment's own answers if absent. */
  answers?: LabAnswers;
  /** The path of the instructor's lab file: its own program runs in its folder. */
  labFile?: string;
  /** The seed of the texts. */
  seed: number;
}

/** The seed of a pair's texts. */
export function pairSeed(seed: number, pair: number): number {
  return seed * 2 + pair;
}

/**
 * The conversion of each server. The lab's own program is asked for all answers here.
 *
 * @throws {Failure} If that program cannot be used.
 */
export async function conversionsFor(
  { answers = DEFAULT_ANSWERS, labFile = "/", seed }: LabOptions,
  sandboxed: boolean,
): Promise<Conversion[]> {
  return await Promise.all(
    specsOf(answers).map(async (spec, i) => {
      if (typeof spec === "string") return conversionOf(spec);
      const questions = questionsFor(pairSeed(seed, i + 1));
      return conversionOf(spec, await answersOf(spec.command, labFile, questions, sandboxed));
    }),
  );
}

/** Words for the conversions in names and sources; undefined for the default lab. */
export function wordsOf(answers: LabAnswers = DEFAULT_ANSWERS): RegExp[] | undefined {
  if (isDefault(answers)) return undefined;
  return specsOf(answers).map((spec) => conversionOf(spec).words);
}

function specsOf({ server1, server2 }: LabAnswers) {
  return server2 === undefined ? [server1] : [server1, server2];
}
