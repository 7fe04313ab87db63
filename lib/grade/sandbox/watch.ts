/**
 * Watches what all sandboxes of a submission use, with shared memory and page tables, and ends the
 * program that uses most.
 *
 * @module
 */
import { availableMemory, KILLED, type Use, useOf } from "./proc.ts";
import type { RunningProgram } from "./running_program.ts";
import { MAX_BYTES, MAX_TASKS, type Sandbox } from "./sandbox.ts";
import { pause } from "./waiting.ts";
import { WATCH_MS } from "./limits.ts";

const MB = 1024 * 1024;
/** The size of all file descriptor tables, beyond their initial size. */
const MAX_FILES = 8_192;
/** If the machine has less available memory, the largest program is ended. */
const MIN_AVAILABLE_BYTES = 256 * MB;

/** The memory of one program. Linux ends programs that grow faster than the grader looks. */
const MAX_PROGRAM_BYTES = 896 * MB;
/** Processes and threads of one program. */
export const MAX_PROGRAM_TASKS = 400;
const MEMORY = `used more than ${MAX_PROGRAM_BYTES / MB} MB of memory and was ended`;
const ALL_MEMORY = `used up the submission's ${MAX_BYTES / MB} MB of memory and was ended`;
const TASKS = `started more than ${MAX_PROGRAM_TASKS} processes and threads and was ended`;

const watched = new WeakMap<Sandbox, Set<RunningProgram>>();
/** By submission: how many processes Linux had ended for lack of memory at the last check. */
const known = new WeakMap<Sandbox, number>();

/** Watches a program until it ends, together with the submission's other programs. */
export function watch(sandbox: Sandbox, running: RunningProgram): void {
  running.ended.then(() => {
    if (running.exit === KILLED && newlyKilled(sandbox)) running.excess ??= ALL_MEMORY;
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

/** Whether Linux has ended a process of the submission for lack of memory since the last call. */
function newlyKilled(sandbox: Sandbox, now = sandbox.cgroup?.reached().killed ?? 0): boolean {
  const before = known.get(sandbox) ?? 0;
  known.set(sandbox, now);
  return now > before;
}

/** Checks every {@linkcode WATCH_MS}. With a cgroup the kernel counts, without one this file does. */
async function follow(sandbox: Sandbox, all: Set<RunningProgram>): Promise<void> {
  let refused = sandbox.cgroup?.reached().refused ?? 0;
  while (all.size > 0) {
    await pause(WATCH_MS);
    const now = sandbox.cgroup?.reached();
    const isKilled = newlyKilled(sandbox, now?.killed);
    const isRefused = now !== undefined && now.refused > refused;
    const isMuch = now && (now.bytes > MAX_PROGRAM_BYTES || now.running > MAX_PROGRAM_TASKS);
    if (!now || isMuch || isKilled || isRefused) look([...all], isKilled, isRefused, !now);
    refused = now?.refused ?? 0;
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
  // Linux may have ended one process of several: end the whole program.
  if (isKilled || sum("memory") > MAX_BYTES) end("memory", ALL_MEMORY);
  if (isRefused || sum("tasks") > MAX_TASKS) end("tasks", TASKS);
  if (mustCount && sum("files") > MAX_FILES) end("files", "opened too many files and was ended");
  if (mustCount && availableMemory() < MIN_AVAILABLE_BYTES) {
    end("memory", "was ended because the machine had no memory left");
  }
}
