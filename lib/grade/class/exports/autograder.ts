/**
 * Makes the zip that Gradescope runs as an autograder:
 * https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * ```sh
 * deno task autograder autograder.zip
 * ```
 *
 * @module
 */
import { Failure } from "../../../cli/failure.ts";
import { createZip, type ZipWriter } from "../intake/packages.ts";

const PROJECT = new URL("../../../../", import.meta.url);
const FILES = ["deno.json", "deno.lock", "server1.ts", "server2.ts", "client1.ts", "client2.ts"];
const FOLDERS = ["lib"];
const FILE_MODE = 0o100644;
const PROGRAM_MODE = 0o100755;

/** What students' programs are written in, and what the grader needs. */
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

/** Runs for each submission. Gradescope's containers refuse boxes: hence \`--unsafe\`. */
const RUN = `#!/usr/bin/env bash
# Grades what is in submission/; exit code 1 says that something is not right, which is no failure.
set -uo pipefail
root=$(cd "$(dirname "$0")" && pwd)
results=$root/results/results.json
mkdir -p "$root/results"
cd "$root/source" || exit 2
said=$(deno run --allow-all lib/grade/main.ts --unsafe --gradescope "$results" "$root/submission" 2>&1)
code=$?
printf '%s\\n' "$said"
[ "$code" -le 1 ] && [ -s "$results" ] && exit 0
printf '{"score": 0, "output": "The grader failed: it is not the submission. Please tell the instructor."}\\n' > "$results"
exit 0
`;

/**
 * Writes the zip.
 *
 * @param path Where to.
 * @throws {Failure} If it cannot be written.
 */
export async function writeAutograder(path: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await Deno.open(fresh, { write: true, create: true, truncate: true });
    const writer = await createZip(file.writable);
    await addText(writer, "setup.sh", SETUP);
    await addText(writer, "run_autograder", RUN);
    for (const name of FILES) await addFile(writer, name);
    for (const folder of FOLDERS) await addFolder(writer, folder);
    await writer.close();
    await Deno.rename(fresh, path);
  } catch (error) {
    throw new Failure(`Cannot write ${path}: ${(error as Error).message}; write it elsewhere`);
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
  await writer.add(name, new Blob([text]).stream(), { unixMode: PROGRAM_MODE });
}

if (import.meta.main) {
  try {
    const [name = "autograder.zip"] = Deno.args;
    const path = name.startsWith("/") ? name : `${Deno.env.get("INIT_CWD") ?? Deno.cwd()}/${name}`;
    await writeAutograder(path);
    console.log(`${path} is ready: upload it as the autograder in Gradescope.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`autograder: ${error.message}`);
    Deno.exit(error.exitCode);
  }
}
