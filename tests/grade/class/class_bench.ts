/**
 * How long a class takes: the grader's fixtures, twice each, graded by the real command.
 * It prints process starts, processor time and waiting for each submission.
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
/** These fixtures try to use up the machine. */
const LEFT_OUT = ["hostile", "floods"];
/** The unit of processor time in /proc/stat. */
const TICKS_A_SECOND = 100;
const SAMPLE_MS = 100;
/** Fields of the first line of /proc/stat. */
const [IDLE, IO_WAIT, STEAL] = [3, 4, 7];

/** Copies the fixtures, each several times. */
async function fillClass(folder: Folder): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(FIXTURES)) {
    if (!isDirectory || LEFT_OUT.includes(name)) continue;
    for (let copy = 1; copy <= COPIES; copy++) {
      const { success } = await new Deno.Command("cp", {
        args: ["-r", fileURLToPath(new URL(name, FIXTURES)), `${folder.path}/${name}${copy}`],
      }).output();
      if (!success) throw new Error(`Cannot copy the fixture ${name}`);
      folder.put(`${name}${copy}/number.txt`, `${copy}`); // no two have the same content
    }
  }
}

/** Seconds of processor time that the machine has used, ended processes included. */
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

/** Grades a class: the time, and what the machine did in it. */
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

/**
 * How many programs are started to grade one submission, the student's among them;
 * undefined where there is no strace to count them.
 */
async function processStarts(): Promise<number | undefined> {
  const trace = await Deno.makeTempFile();
  try {
    const submission = fileURLToPath(new URL("raw_many", FIXTURES));
    const { success } = await new Deno.Command("strace", {
      args: [
        ...["-f", "-qq", "-e", "trace=execve", "-e", "signal=none", "-o", trace],
        ...[Deno.execPath(), "run", "--allow-all", "lib/grade/main.ts", submission],
      ],
      cwd: ROOT,
      stdout: "null",
      stderr: "null",
    }).output();
    const calls = await Deno.readTextFile(trace);
    return success ? calls.match(/execve\(.*= 0$|<... execve resumed>.*= 0$/gm)?.length : undefined;
  } catch {
    return undefined;
  } finally {
    await Deno.remove(trace);
  }
}

const why = await whyNoSandbox();
if (why !== undefined) {
  console.log(`A class: skipped, ${why}`);
  Deno.exit();
}
const starts = await processStarts();
await using folder = new Folder();
await using out = new Folder();
await fillClass(folder);
const { wall, work, megabytes } = await grade(folder.path, out.path);
const results: GradedSubmission[] = JSON.parse(out.text("results.json")).submissions;
const count = results.length;
const each = results.reduce((sum, { seconds }) => sum + seconds, 0);
const cores = navigator.hardwareConcurrency;
console.log(`A class of ${count} on ${cores} cores; the whole machine's work is counted:
  ${wall.toFixed(1)} s in all, ${(wall / count).toFixed(2)} s a submission, ${
  (each / wall).toFixed(1)
} at once
  for each submission: ${starts ?? "(no strace)"} process starts (a plain one, counted alone), ${
  (work / count).toFixed(2)
} s of processor time,
    ${(each / count).toFixed(1)} s from its start to its end, ${
  ((each - work) / count).toFixed(2)
} s of it waiting
  ${(work / wall / cores * 100).toFixed(0)} % of the cores, ${megabytes.toFixed(0)} MB at most`);
