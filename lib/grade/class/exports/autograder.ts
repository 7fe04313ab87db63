/**
 * Makes the zip that Gradescope runs as an autograder:
 * https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * ```sh
 * deno task autograder autograder.zip
 * deno task autograder autograder.zip --rubric rubric.json
 * ```
 *
 * @module
 */
import { resolve } from "node:path";
import type { CommandLine } from "../../../cli/command_line.ts";
import { EXIT_DONE, Failure, UsageError } from "../../../cli/failure.ts";
import { type ParsedOptions, parseOptions } from "../../../cli/options.ts";
import { runProgram } from "../../../cli/program.ts";
import { BlockingOutput } from "../../../terminal/blocking_output.ts";
import { oneLine } from "../../../terminal/show.ts";
import { utf8Bytes } from "../../../wire/text.ts";
import { readRubricFile } from "../../results/rubric_file.ts";
import { createZip, type ZipWriter } from "../intake/packages.ts";

const PROJECT = new URL("../../../../", import.meta.url);
const FILES = ["deno.json", "deno.lock", "server1.ts", "server2.ts", "client1.ts", "client2.ts"];
const FOLDERS = ["lib"];
/** The rubric's name in the zip. */
const RUBRIC_FILE = "rubric.json";
const FILE_MODE = 0o100644;
const PROGRAM_MODE = 0o100755;

/** Debian's packages for students' programs and for the grader. */
const PACKAGES =
  "ca-certificates nodejs npm python3 gcc g++ make default-jdk-headless golang-go bubblewrap socat iproute2 util-linux";

/** Runs once, when the autograder's image is built. */
const SETUP = `#!/usr/bin/env bash
# Installs what students' programs and the grader need, and fetches the grader's packages.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends ${PACKAGES}
npm install --global deno@${Deno.version.deno}
cd "$(dirname "$0")"
deno cache lib/grade/main.ts
`;

/** Runs for each submission. Gradescope's containers refuse sandboxes: hence \`--unsafe\`. */
const runScript = (options: string) =>
  `#!/usr/bin/env bash
# Grades the folder submission/. Exit code 1 means that an answer is not right: no failure.
set -uo pipefail
root=$(cd "$(dirname "$0")" && pwd)
results=$root/results/results.json
mkdir -p "$root/results"
cd "$root/source" || exit 2
said=$(deno run --allow-all lib/grade/main.ts --unsafe${options} --gradescope "$results" "$root/submission" 2>&1)
code=$?
printf '%s\\n' "$said"
[ "$code" -le 1 ] && [ -s "$results" ] && exit 0
printf '{"score": 0, "output": "The grader failed, not the submission. Please tell the instructor."}\\n' > "$results"
exit 0
`;

/**
 * Writes the zip.
 *
 * @param rubric The content of a rubric file; without it the grader's own rubric counts.
 * @throws {Failure} If it cannot be written.
 */
export async function writeAutograder(path: string, rubric?: Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await Deno.open(fresh, { write: true, create: true, truncate: true });
    const writer = await createZip(file.writable);
    await addText(writer, "setup.sh", SETUP);
    await addText(writer, "run_autograder", runScript(rubric ? ` --rubric ${RUBRIC_FILE}` : ""));
    if (rubric) await writer.add(RUBRIC_FILE, streamOf(rubric), { unixMode: FILE_MODE });
    for (const name of FILES) await addFile(writer, name);
    for (const folder of FOLDERS) await addFolder(writer, folder);
    await writer.close();
    await Deno.rename(fresh, path);
  } catch (error) {
    throw new Failure(`Cannot write ${path}: ${oneLine(error)}; write it elsewhere`);
  }
}

async function addFolder(writer: ZipWriter, folder: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder, PROJECT)));
  for (const { name, isDirectory } of entries.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory) await addFolder(writer, `${folder}/${name}`);
    else await addFile(writer, `${folder}/${name}`);
  }
}

async function addFile(writer: ZipWriter, name: string): Promise<void> {
  const file = await Deno.open(new URL(name, PROJECT));
  await writer.add(name, file.readable, { unixMode: FILE_MODE });
}

async function addText(writer: ZipWriter, name: string, text: string): Promise<void> {
  await writer.add(name, streamOf(utf8Bytes(text)), { unixMode: PROGRAM_MODE });
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return ReadableStream.from([bytes]);
}

const COMMAND_LINE: CommandLine = {
  name: "autograder",
  summary: "autograder makes the zip that Gradescope runs as an autograder.",
  synopsis: "[OPTION]… [ZIP]",
  options: [{ name: "rubric", value: "FILE", help: "the marks of each question (JSON)" }],
  examples: [["lab.zip --rubric rubric.json", "with other marks"]],
  permissions: ["--allow-read", "--allow-write", "--allow-env=INIT_CWD"],
};

/** Makes the zip that the command line asks for. */
async function run(given: ParsedOptions): Promise<string> {
  if (given.texts.length > 1) {
    throw new UsageError(`Cannot read "${given.texts[1]}": one zip is made at a time`);
  }
  const here = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const path = resolve(here, given.texts[0] ?? "autograder.zip");
  const file = given.string("rubric");
  const rubric = file === undefined ? undefined : await readRubricFile(resolve(here, file), file);
  await writeAutograder(path, rubric?.content);
  return path;
}

if (import.meta.main) {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  const code = await runProgram(COMMAND_LINE, { out, log }, async () => {
    const given = parseOptions(COMMAND_LINE, Deno.args);
    if ("text" in given) out.line(given.text);
    else out.line(`${await run(given)} is ready: upload it as the autograder in Gradescope.`);
    return EXIT_DONE;
  });
  Deno.exit(code);
}
