/**
 * The instructor's guide: each command in it is one that the grader takes.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { parseOptions } from "../../lib/cli/options.ts";
import { CLASS_OPTIONS } from "../../lib/grade/class/command.ts";
import { COMMAND_LINE } from "../../lib/grade/main.ts";
import { readLab } from "../../lib/grade/find/lab_file.ts";
import { STARTED_LANGUAGES } from "../../lib/grade/results/language_table.ts";
import { splitWords } from "../../lib/cli/shell_words.ts";

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

Deno.test("each option of a class is in the guide", async () => {
  const guide = await Deno.readTextFile(GUIDE);
  for (const { name } of CLASS_OPTIONS) assert(guide.includes(`--${name}`), name);
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

Deno.test("each file and function that CODE.md names exists", async () => {
  const root = new URL("../../lib/grade/", import.meta.url);
  const text = await Deno.readTextFile(new URL("CODE.md", root));
  const paths = new Set(text.match(/(?<![\w./])(?:[a-z]\w+\/)*[a-z]\w+\.ts\b/g));
  const inTests = (path: string) => path.startsWith("tests/") ? `../../${path}` : path;
  const sources = await Promise.all(
    [...paths].map((path) => Deno.readTextFile(new URL(inTests(path), root))),
  );
  assert(paths.size >= 20, "too few files were found in it");
  const all = sources.join("\n") +
    await Deno.readTextFile(new URL("judge/verdicts_conversion.ts", root)) +
    await Deno.readTextFile(new URL("sandbox/recording_proxy.ts", root));
  const names = text.match(/\b\w+(?=\(\))|`[A-Z_]{3,}`|\bplan[A-Z]\w+/g) ?? [];
  for (const name of names.map((one) => one.replaceAll("`", ""))) {
    assert(new RegExp(`\\b${name}\\b`).test(all), name);
  }
});

Deno.test("the guide lists each language that the grader starts", async () => {
  const [, list] = (await Deno.readTextFile(GUIDE)).replace(/\s+/g, " ")
    .match(/a submission's, in ([^.]+)\. A submission's own/)!;
  const runtimes: Record<string, string> = { JavaScript: "Node", TypeScript: "Deno" };
  const names = STARTED_LANGUAGES.map(({ name }) => runtimes[name] ?? name);
  assertEquals(list.split(/, | or /).sort(), names.sort());
});
