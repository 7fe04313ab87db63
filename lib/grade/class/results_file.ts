/**
 * `results.json` of a class: read when the work is continued, written after each result. It keeps
 * the seed that the texts of the class follow from.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { concat } from "@std/bytes";
import { Failure } from "../../cli/failure.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { writeAtomically } from "../results/result_files.ts";
import { MAX_SEED } from "../results/results.ts";
import { utf8Bytes } from "../../wire/text.ts";

/**
 * The results of an earlier run by their keys; none if there was no such run.
 *
 * @throws {Failure} If the file exists and is not a results file of the grader.
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

const COMMA = utf8Bytes(",");

/** Writes the file: each result is encoded once, and the file is always whole. */
export class ResultsFile {
  #encoded: Uint8Array[] = []; // without a result there is a hole
  #writing: Promise<void> | undefined;
  #again = false;

  /** Begins with no result. @param head What the file has beside them, at each time of writing. */
  constructor(private readonly path: string, private readonly head: () => object) {}

  put(index: number, result: GradedSubmission): void {
    const text = JSON.stringify(result, null, 2).replaceAll("\n", "\n    ");
    this.#encoded[index] = utf8Bytes(`\n    ${text}`);
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
      const head = JSON.stringify({ version: 2, ...this.head() }, null, 2).slice(0, -"\n}".length);
      const list = Object.values(this.#encoded).flatMap((one, i) => i === 0 ? [one] : [COMMA, one]);
      const [start, end] = [`${head},\n  "submissions": [`, "\n  ]\n}\n"].map(utf8Bytes);
      await writeAtomically(this.path, concat([start, ...list, end]));
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

/** The seed of one submission's texts. The seeds of other submissions cannot be computed from it. */
export function submissionSeed(seed: number, key: string): number {
  return createHash("sha256").update(`${seed} ${key}`).digest().readUInt32BE() % MAX_SEED;
}
