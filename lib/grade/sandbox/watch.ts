/**
 * The watch over all sandboxes of a submission: what they use together, memory that
 * no process is charged with included. It ends the program that uses the most.
 *
 * @module
 */
import { availableMemory, type Use, useOf } from "./processes.ts";
import type { RunningProgram } from "./running_program.ts";
import { MAX_BYTES, MAX_TASKS, type Sandbox } from "./sandbox.ts";
import { pause } from "./waiting.ts";

const MB = 1024 * 1024;
const WATCH_MS = 300;
/** Processes and threads of one program. */
const MAX_PROGRAM_TASKS = 400;
/** Open files of one program's processes, beyond what each has room for at its start. */
const MAX_PROGRAM_FILES = 4_096;
/** Below this the machine itself is in danger. */
const MIN_AVAILABLE_BYTES = 256 * MB;
const KILLED = 137;

const watched = new WeakMap<Sandbox, Set<RunningProgram>>();

/** Watches a program until it ends, together with the submission's others. */
export function watch(sandbox: Sandbox, running: RunningProgram): void {
  const all = watched.get(sandbox);
  if (all) {
    all.add(running);
    return;
  }
  const first = new Set([running]);
  watched.set(sandbox, first);
  follow(sandbox, first);
}

async function follow(sandbox: Sandbox, all: Set<RunningProgram>): Promise<void> {
  let reached = sandbox.cgroup?.reached();
  while (all.size > 0) {
    await pause(WATCH_MS);
    const now = sandbox.cgroup?.reached();
    const uses = [...all].map((running) => ({ running, use: useOf(running.pid) }));
    const memory = `used more than ${MAX_BYTES / MB} MB of memory and was ended`;
    const tasks = `started more than ${MAX_PROGRAM_TASKS} processes or threads and was ended`;
    const sum = (what: keyof Use) => uses.reduce((total, { use }) => total + use[what], 0);
    for (const { running, use } of uses) {
      if (use.tasks > MAX_PROGRAM_TASKS) running.excess ??= tasks;
      if (use.files > MAX_PROGRAM_FILES) running.excess ??= "opened too many files and was ended";
    }
    if (now && reached && now.memory > reached.memory) {
      // Linux has ended a process: the program that it belonged to, if that has ended too.
      const killed = uses.filter(({ running }) => running.exit === KILLED);
      for (const { running } of killed.length > 0 ? killed : most(uses, "memory")) {
        running.excess ??= memory;
      }
    } else if (sum("memory") > MAX_BYTES) {
      for (const { running } of most(uses, "memory")) running.excess ??= memory;
    }
    if (now && reached && now.tasks > reached.tasks || sum("tasks") > MAX_TASKS) {
      for (const { running } of most(uses, "tasks")) running.excess ??= tasks;
    }
    if (!now && availableMemory() < MIN_AVAILABLE_BYTES) {
      for (const { running } of most(uses, "memory")) {
        running.excess ??= "was ended because the machine had no memory left";
      }
    }
    reached = now;
    for (const { running } of uses) {
      if (running.exit === undefined && running.excess !== undefined) await running.stop();
      if (running.exit !== undefined) all.delete(running);
    }
  }
  watched.delete(sandbox);
}

/** The one that uses the most, in a list of its own. */
function most<One extends { use: Use }>(all: One[], what: keyof Use): One[] {
  return all.toSorted((a, b) => b.use[what] - a.use[what]).slice(0, 1);
}
