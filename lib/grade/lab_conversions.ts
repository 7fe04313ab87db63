/**
 * The conversions of one submission's lab: the named ones, and the answers of the lab's own
 * program.
 *
 * @module
 */
import { answersOf } from "./ask/answer_program.ts";
import { type Conversion, conversionOf, questionsFor } from "./read/conversions.ts";
import { DEFAULT_ANSWERS, isDefault, type LabAnswers } from "./results/answer_texts.ts";

/** What the conversions depend on. */
interface LabOptions {
  /** What the lab's servers answer; the assignment's own answers if not given. */
  answers?: LabAnswers;
  /** The instructor's lab file: a program that it names runs in its folder. */
  labFile?: string;
  /** The seed of the texts. */
  seed: number;
}

/** The seed of a pair's texts. */
export function pairSeed(seed: number, pair: number): number {
  return seed * 2 + pair;
}

/**
 * What each server of a lab answers. The lab's own program is asked all questions here.
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

/** Words for what the servers answer; undefined for the default. */
export function wordsOf(answers: LabAnswers = DEFAULT_ANSWERS): RegExp[] | undefined {
  if (isDefault(answers)) return undefined;
  return specsOf(answers).map((spec) => conversionOf(spec).words);
}

function specsOf({ server1, server2 }: LabAnswers) {
  return server2 === undefined ? [server1] : [server1, server2];
}
