/**
 * The watch over all sandboxes of a submission. It adds up what they use, with shared memory and
 * page tables, and ends the program that uses the most.
 *
 * @module
 */
import { availableMemory, type Use, useOf } from "./proc.ts";
import type { RunningProgram } from "./running_program.ts";
import { MAX_BYTES, MAX_TASKS, type Sandbox } from "./sandbox.ts";
import { pause } from "./waiting.ts";
import { WATCH_MS } from "./limits.ts";

const MB = 1024 * 1024;
/** Open files of all programs, beyond what each process has room for at its start. */
const MAX_FILES = 8_192;
/** If the machine has less memory left, a program is ended. */
const MIN_AVAILABLE_BYTES = 256 * MB;
const KILLED = 137;

/** Memory of one program: several programs run at once, and each may use this much. */
const MAX_PROGRAM_BYTES = 1024 * MB;
/** Processes and threads of one program. */
export const MAX_PROGRAM_TASKS = 400;
const MEMORY = `used more than ${MAX_PROGRAM_BYTES / MB} MB of memory and was ended`;
const TASKS = `started more than ${MAX_PROGRAM_TASKS} processes and threads and was ended`;

const watched = new WeakMap<Sandbox, Set<RunningProgram>>();
/** How many processes of a submission Linux had ended for lack of memory at the last look. */
const known = new WeakMap<Sandbox, number>();

/** Watches a program until it ends, together with the submission's others. */
export function watch(sandbox: Sandbox, running: RunningProgram): void {
  running.ended.then(() => {
    if (running.exit === KILLED && newlyKilled(sandbox)) running.excess ??= MEMORY;
  });
  const all = watched.get(sandbox);
  if (all) {
    all.add(running);
    return;
  }
  const first = new Set([running]);
  watched.set(sandbox, first);
  follow(sandbox, first);
}

/** Whether Linux has ended a process of the submission since this was asked last. */
function newlyKilled(sandbox: Sandbox): boolean {
  const now = sandbox.cgroup?.reached().memory ?? 0;
  const before = known.get(sandbox) ?? 0;
  known.set(sandbox, now);
  return now > before;
}

/** Looks every 0.3 s. With a control group, Linux counts. */
async function follow(sandbox: Sandbox, all: Set<RunningProgram>): Promise<void> {
  let refused = sandbox.cgroup?.reached().tasks ?? 0;
  while (all.size > 0) {
    await pause(WATCH_MS);
    const now = sandbox.cgroup?.reached();
    const isKilled = newlyKilled(sandbox);
    const isRefused = now !== undefined && now.tasks > refused;
    const isMuch = now && (now.bytes > MAX_PROGRAM_BYTES || now.running > MAX_PROGRAM_TASKS);
    if (!now || isMuch || isKilled || isRefused) look([...all], isKilled, isRefused, !now);
    refused = now?.tasks ?? 0;
    for (const running of all) {
      if (running.exit === undefined && running.excess !== undefined) await running.stop();
      if (running.exit !== undefined) all.delete(running);
    }
  }
  watched.delete(sandbox);
}

/** Marks the programs that use too much. */
function look(
  all: RunningProgram[],
  isKilled: boolean,
  isRefused: boolean,
  mustCount: boolean,
): void {
  const uses = all.map((running) => ({ running, use: useOf(running.pid) }));
  const sum = (what: keyof Use) => uses.reduce((total, { use }) => total + use[what], 0);
  const end = (what: keyof Use, why: string) => {
    const [most] = uses.toSorted((a, b) => b.use[what] - a.use[what]);
    if (most) most.running.excess ??= why;
  };
  for (const { running, use } of uses) {
    if (use.memory > MAX_PROGRAM_BYTES) running.excess ??= MEMORY;
    if (use.tasks > MAX_PROGRAM_TASKS) running.excess ??= TASKS;
  }
  // Where Linux has ended one process of several, the program is ended as a whole.
  if (isKilled || sum("memory") > MAX_BYTES) end("memory", MEMORY);
  if (isRefused || sum("tasks") > MAX_TASKS) end("tasks", TASKS);
  if (mustCount && sum("files") > MAX_FILES) end("files", "opened too many files and was ended");
  if (mustCount && availableMemory() < MIN_AVAILABLE_BYTES) {
    end("memory", "was ended because the machine had no memory left");
  }
}
