/**
 * The instructor's guide: each command in it is one that the grader takes.
 *
 * @module
 */
import { assert } from "@std/assert";
import { parseOptions } from "../../lib/cli/options.ts";
import { COMMAND_LINE } from "../../lib/grade/main.ts";
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
