/**
 * What a class costs: the fixtures of the grader, twice each, graded by the real
 * command; how much of it is work, and how much is waiting.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { GradedSubmission } from "../../../lib/grade/class/graded/graded_submission.ts";
import { whyNoSandbox } from "../../../lib/grade/sandbox/sandbox.ts";
import { text } from "../../harness.ts";
import { Folder } from "./folders.ts";

const FIXTURES = new URL("../submissions/", import.meta.url);
const ROOT = new URL("../../../", import.meta.url);
const COPIES = 2;
/** They try to use up the machine. */
const LEFT_OUT = ["hostile", "floods"];
/** Of the kernel's clock, in which it counts processor time. */
const TICKS_A_SECOND = 100;
const SAMPLE_MS = 100;
/** Of the first line of /proc/stat, after its name. */
const [IDLE, IO_WAIT, STEAL] = [3, 4, 7];

/** The fixtures, some times over under other names. */
async function fillClass(folder: Folder): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(FIXTURES)) {
    if (!isDirectory || LEFT_OUT.includes(name)) continue;
    for (let copy = 1; copy <= COPIES; copy++) {
      const { success } = await new Deno.Command("cp", {
        args: ["-r", fileURLToPath(new URL(name, FIXTURES)), `${folder.path}/${name}${copy}`],
      }).output();
      if (!success) throw new Error(`Cannot copy the fixture ${name}`);
      folder.put(`${name}${copy}/number.txt`, `${copy}`); // no two have one content
    }
  }
}

/** Seconds of work that the machine has done: what was ended counts too. */
function worked(): number {
  const [, ...fields] = Deno.readTextFileSync("/proc/stat").split("\n", 1)[0].split(/\s+/);
  const ticks = fields.slice(0, STEAL).map(Number);
  return ticks.reduce((sum, one, i) => i === IDLE || i === IO_WAIT ? sum : sum + one, 0) /
    TICKS_A_SECOND;
}

/** Bytes of memory that are in use. */
function used(): number {
  const info = Deno.readTextFileSync("/proc/meminfo");
  const kilobytes = (name: string) => Number(info.match(`${name}: *(\\d+)`)?.[1]);
  return (kilobytes("MemTotal") - kilobytes("MemAvailable")) * 1024;
}

/** Grades a class; how long it took, and what the machine did meanwhile. */
async function grade(folder: string, out: string) {
  const [since, before, memory] = [performance.now(), worked(), used()];
  let most = memory;
  const sampling = setInterval(() => most = Math.max(most, used()), SAMPLE_MS);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "lib/grade/main.ts", "--class", folder, "--out", out],
    cwd: ROOT,
    stdout: "null",
  }).output();
  clearInterval(sampling);
  if (!success) throw new Error(text(stderr));
  const wall = (performance.now() - since) / 1000;
  return { wall, work: worked() - before, megabytes: (most - memory) / 1024 / 1024 };
}

const why = await whyNoSandbox();
if (why !== undefined) {
  console.log(`A class: skipped, ${why}`);
  Deno.exit();
}
await using folder = new Folder();
await using out = new Folder();
await fillClass(folder);
const { wall, work, megabytes } = await grade(folder.path, out.path);
const results: GradedSubmission[] = JSON.parse(out.text("results.json")).submissions;
const count = results.length;
const each = results.reduce((sum, { seconds }) => sum + seconds, 0);
const cores = navigator.hardwareConcurrency;
console.log(`A class of ${count} on ${cores} cores; the whole machine's work is counted:
  ${wall.toFixed(1)} s in all, ${(wall / count).toFixed(2)} s a submission
  ${(each / wall).toFixed(1)} under way at once, ${(each / count).toFixed(1)} s each: ${
  (work / count).toFixed(2)
} s of work, ${((each - work) / count).toFixed(2)} s of waiting
  ${(work / wall / cores * 100).toFixed(0)} % of the cores, ${megabytes.toFixed(0)} MB at most`);
