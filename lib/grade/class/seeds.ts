/**
 * The seeds that the texts of a class follow from.
 *
 * @module
 */
import { utf8Bytes } from "../../wire/text.ts";
import { MAX_SEED } from "../results/results.ts";

/**
 * The seed of a class: that of its earlier results, or a new one. A seed that classes and
 * years share would let a submission answer from a table.
 *
 * @param path The results file.
 */
export async function classSeed(path: string): Promise<number> {
  try {
    const { seed } = JSON.parse(await Deno.readTextFile(path));
    if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  } catch {
    // There are no earlier results.
  }
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
}

/**
 * The seed of one submission's texts: those of the others do not follow from it.
 *
 * @param seed The class's.
 * @param key The hash of the submission's content.
 */
export async function submissionSeed(seed: number, key: string): Promise<number> {
  const digest = await crypto.subtle.digest("SHA-256", utf8Bytes(`${seed} ${key}`));
  return new DataView(digest).getUint32(0) % MAX_SEED;
}
