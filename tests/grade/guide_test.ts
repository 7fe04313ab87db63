/**
 * The instructor's guide: each command in it is one that the grader takes.
 *
 * @module
 */
import { assert } from "@std/assert";
import { parseOptions } from "../../lib/cli/options.ts";
import { COMMAND_LINE } from "../../lib/grade/main.ts";
import { readLab } from "../../lib/grade/find/lab_file.ts";
import { splitWords } from "../../lib/grade/find/split_words.ts";

const GUIDE = new URL("../../lib/grade/README.md", import.meta.url);

Deno.test("each command in the guide has options that the grader knows, in at most 250 lines", async () => {
  const guide = await Deno.readTextFile(GUIDE);
  assert(guide.split("\n").length <= 250);
  const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  const commands = blocks.flatMap((block) => block.trim().split("\n"));
  assert(commands.length >= 8);
  for (const command of commands) {
    const words = splitWords(command.replace(/ +[#>].*$/, ""));
    assert(words.slice(0, 3).join(" ") === "deno task grade", command);
    parseOptions(COMMAND_LINE, words.slice(3));
  }
});

Deno.test("each lab file in the guide is one that the grader reads", async () => {
  const guide = await Deno.readTextFile(GUIDE);
  const blocks = [...guide.matchAll(/^```json\n(.*?)^```$/gms)].map(([, block]) => block);
  const inline = [...guide.matchAll(/`(\{"answers": .*?\}\})`/g)].map(([, one]) => one);
  assert(blocks.length >= 2 && inline.length >= 2);
  for (const lab of [...blocks, ...inline]) {
    const file = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(file, lab);
      await readLab(file);
    } finally {
      await Deno.remove(file);
    }
  }
});
