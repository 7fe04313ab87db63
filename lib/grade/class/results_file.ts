/**
 * `results.json` of a class: read when the work is continued, written after each result. It keeps
 * the seed that the texts of the class follow from.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import type { ClassFiles } from "./graded/handed_in.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import type { GradingRecord } from "../results/record.ts";
import { writeAtomically } from "../results/result_files.ts";
import { utf8Bytes } from "../../wire/text.ts";
import { MAX_SEED } from "../results/results.ts";

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

/** Writes the file: each result becomes text once, and the file is always whole. */
export class ResultsFile {
  #path: string;
  #texts: (string | undefined)[];
  #writing: Promise<void> | undefined;
  #again = false;
  #files: () => ClassFiles;
  #seed: number;
  #record: GradingRecord | undefined;

  /**
   * Begins with no result.
   *
   * @param files The account of the files, at each time of writing.
   * @param seed The class's seed, which is kept for the next run.
   * @param record What the verdicts of this run depend on.
   */
  constructor(
    path: string,
    count: number,
    files: () => ClassFiles,
    seed: number,
    record?: GradingRecord,
  ) {
    this.#seed = seed;
    this.#record = record;
    this.#path = path;
    this.#files = files;
    this.#texts = Array.from({ length: count });
  }

  /** Adds a result at its index. */
  put(index: number, result: GradedSubmission): void {
    this.#texts[index] = JSON.stringify(result, null, 2).replaceAll("\n", "\n    ");
  }

  /** Writes the results; those added meanwhile are written together afterwards. */
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
      const files = JSON.stringify(this.#files(), null, 2).replaceAll("\n", "\n  ");
      const record = this.#record === undefined
        ? ""
        : `  "record": ${JSON.stringify(this.#record, null, 2).replaceAll("\n", "\n  ")},\n`;
      await writeAtomically(
        this.#path,
        `{\n  "version": 2,\n  "seed": ${this.#seed},\n${record}  "files": ${files},\n` +
          `  "submissions": [${list}\n  ]\n}\n`,
      );
    }
  }
}

/**
 * The seed of a class: that of its earlier results, or a new one. A seed that classes and
 * years share would let a submission answer from a table.
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

/** The seed of one submission's texts: those of the others do not follow from it. */
export async function submissionSeed(seed: number, key: string): Promise<number> {
  const digest = await crypto.subtle.digest("SHA-256", utf8Bytes(`${seed} ${key}`));
  return new DataView(digest).getUint32(0) % MAX_SEED;
}
