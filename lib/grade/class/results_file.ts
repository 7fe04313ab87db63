/**
 * The results of a class as a file: read when the work goes on, written as results
 * come.
 *
 * @module
 */
import { MAX_SEED } from "../results/results.ts";
import { Failure } from "../../cli/failure.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { writeAtomically } from "../results/write_atomically.ts";

/**
 * The results of an earlier run by their keys; none if there was no such run.
 *
 * @throws {Failure} If the file is there and not ours.
 */
export async function readEarlier(path: string): Promise<Map<string, GradedSubmission>> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw new Failure(`Cannot read ${path}: ${(error as Error).message}; name another --out`);
  }
  try {
    const { version, submissions } = JSON.parse(text);
    if (version !== 2) throw new TypeError("its version is not 2");
    const keyed = (submissions as GradedSubmission[]).filter(({ key }) => key !== undefined);
    return new Map(keyed.map((one) => [one.key!, one]));
  } catch (error) {
    throw new Failure(
      `Cannot go on from ${path}: ${(error as Error).message}; move it away, or name another --out`,
    );
  }
}

/**
 * The seed that a class's texts follow from: that of its earlier results, or a new one.
 * A class and a year that shared it could share a table of answers.
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
 * The seed of one submission's texts: no other's texts follow from it.
 *
 * @param seed The class's.
 * @param key The hash of the submission's content.
 */
export async function submissionSeed(seed: number, key: string): Promise<number> {
  const bytes = new TextEncoder().encode(`${seed} ${key}`);
  return new DataView(await crypto.subtle.digest("SHA-256", bytes)).getUint32(0) % MAX_SEED;
}

/** The file while it grows: each result is put together once, and the file written whole. */
export class ResultsFile {
  #path: string;
  #texts: (string | undefined)[];
  #writing: Promise<void> | undefined;
  #again = false;
  #seed: number;

  /**
   * Begins with no result.
   *
   * @param path The file.
   * @param count How many results there will be.
   * @param seed The class's seed, which is kept for the next run.
   */
  constructor(path: string, count: number, seed: number) {
    this.#seed = seed;
    this.#path = path;
    this.#texts = Array.from({ length: count });
  }

  /** Adds a result at its place. */
  put(runner: number, result: GradedSubmission): void {
    this.#texts[runner] = JSON.stringify(result, null, 2).replaceAll("\n", "\n    ");
  }

  /** Writes what there is; results that are put meanwhile are written in one go after it. */
  async write(): Promise<void> {
    this.#again = true;
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const texts = this.#texts.filter((text) => text !== undefined);
      const list = texts.map((text) => `\n    ${text}`).join(",");
      const head = `{\n  "version": 2,\n  "seed": ${this.#seed},\n`;
      await writeAtomically(this.#path, `${head}  "submissions": [${list}\n  ]\n}\n`);
    }
  }
}
