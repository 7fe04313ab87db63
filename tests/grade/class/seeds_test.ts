/** S4: no class and no student is asked the texts of another. */
import { assert, assertEquals } from "@std/assert";
import { classSeed, ResultsFile, submissionSeed } from "../../../lib/grade/class/results_file.ts";
import { MAX_SEED } from "../../../lib/grade/results/results.ts";

Deno.test("S4: the seed of a class is random, and later runs use the stored one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/results.json`;
    const seed = await classSeed(path);
    assert(seed !== await classSeed(path), "without results it is drawn");
    await new ResultsFile(path, () => ({ seed })).write();
    assertEquals(await classSeed(path), seed);
    assertEquals(JSON.parse(await Deno.readTextFile(path)).seed, seed);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("S4: each submission has its own seed, the same in each run", async () => {
  const [ann, bob] = [await submissionSeed(7, "ann"), await submissionSeed(7, "bob")];
  assert(ann !== bob);
  assert(ann !== await submissionSeed(8, "ann"));
  assertEquals(ann, await submissionSeed(7, "ann"));
  assert([ann, bob].every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED));
});
