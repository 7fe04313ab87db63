/**
 * Processes as Linux shows them: who descends from whom, what they use, and
 * whether they still have work to do.
 *
 * @module
 */
const PAGE_BYTES = 4096;
/** Hundredths of a second of work: a program that has used more runs in a circle. */
const LOOP_TICKS = 200;
/** Nobody's programs need more; a family that is larger is not looked at further. */
const MAX_FAMILY = 400;

/** A process and all that descend from it. */
export function family(pid: number): number[] {
  const pids = [pid];
  for (const parent of pids) {
    if (pids.length > MAX_FAMILY) break;
    for (const task of tasks(parent)) {
      const children = read(`/proc/${parent}/task/${task}/children`);
      pids.push(...children.split(" ").filter(Boolean).map(Number));
    }
  }
  return pids;
}

/** The memory that processes have, in bytes. */
export function memoryOf(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const pages = Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0);
    return sum + pages * PAGE_BYTES;
  }, 0);
}

/**
 * Whether a process or one that it started runs, or would if it could: on a busy
 * machine silence alone does not mean that nothing more will come.
 */
export function isBusy(pid: number): boolean {
  let busy = false;
  let ticks = 0;
  for (const member of family(pid)) {
    for (const task of tasks(member)) {
      const stat = read(`/proc/${member}/task/${task}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      busy ||= fields[0] === "R" || fields[0] === "D";
      ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }
  }
  return busy && ticks < LOOP_TICKS;
}

/**
 * Ends a process and all that descend from it. They are halted first, so that none is
 * born meanwhile; and nothing else is done in between, which might end the grader and
 * leave them halted.
 */
export function killTree(pid: number): void {
  let known = 0;
  for (let all = family(pid); all.length > known; all = family(pid)) {
    known = all.length;
    signal(all, "SIGSTOP");
  }
  signal(family(pid).reverse(), "SIGKILL");
}

function signal(pids: number[], name: Deno.Signal): void {
  for (const pid of pids) {
    try {
      Deno.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

function tasks(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  } catch {
    return []; // it has ended, or this is not Linux
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
