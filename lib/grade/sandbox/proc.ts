/**
 * Processes, as /proc shows them: parents and children, what a process uses, and whether it is busy.
 *
 * @module
 */
import { until } from "./waiting.ts";
import { known, namesIn, textOf } from "./paths.ts";
import { KILL_LIMIT_MS } from "./limits.ts";

/** The exit code of a program that a signal ended is this plus the signal's number. */
export const SIGNALLED = 128;
/** The exit code of a program that SIGKILL ended. */
export const KILLED: number = SIGNALLED + 9;
const KB = 1024;
/** The initial size of a process's file descriptor table on Linux. */
const FILES_AT_START = 64;
/** A shared mapping in `/proc/…/maps` that is not a file on a disk. */
const SHARED_MAPPING = /^([\da-f]+)-([\da-f]+) ..[-x]s \S+ \S+ \S+ +\/(?:dev\/zero|memfd:)/gm;
/** CPU time in hundredths of a second: a thread that has used more is taken for an endless loop. */
const LOOP_TICKS = 200;
/** The same limit for all threads of a process: a server may start one endless loop per client. */
const ALL_LOOPS_TICKS = 800;
/** Indexes into the fields of {@linkcode statOf}. */
const [USER_TICKS, SYSTEM_TICKS, THREADS] = [11, 12, 17];
/** At most this many processes of a tree are read. */
const MAX_FAMILY = 400;

/** Open files of /proc by path, and the buffer that they are read into: a look reads dozens of them. */
const opened = new Map<string, Deno.FsFile>();
const MAX_OPENED = 256;
const buffer = new Uint8Array(16_384);
/** The kernel returns at most a page at once; a shorter piece is the last one. */
const FULL_PIECE_BYTES = 4_000;
const ASCII = new TextDecoder("latin1");
/** A `stat` file that was read less than this ago is not read again: a look reads some of them twice. */
const SAME_STAT_MS = 1;
const recent = { at: 0, stats: new Map<string, string[]>() };

/** The text of a file of /proc, which stays open for the next call; empty if it cannot be read. */
function readAgain(path: string): string {
  const length = fillBuffer(path);
  return length === 0 ? "" : ASCII.decode(buffer.subarray(0, length));
}

/** Reads a file of /proc, which stays open, into `buffer`. @returns Its length; 0 if it cannot be read. */
function fillBuffer(path: string): number {
  const known = opened.get(path);
  try {
    if (!known && opened.size >= MAX_OPENED) closeOpened();
    const file = known ?? Deno.openSync(path);
    opened.set(path, file);
    if (known) file.seekSync(0, Deno.SeekMode.Start);
    let length = 0;
    for (let piece = FULL_PIECE_BYTES; piece >= FULL_PIECE_BYTES; length += piece) {
      piece = file.readSync(buffer.subarray(length)) ?? 0;
    }
    return length;
  } catch { // the process has ended
    opened.get(path)?.close();
    opened.delete(path);
    return known ? fillBuffer(path) : 0; // another process may have its number
  }
}

function closeOpened(): void {
  for (const file of opened.values()) file.close();
  opened.clear();
}

/** The IDs of a process and its descendants. */
export function family(pid: number): number[] {
  const pids = [pid];
  for (const parent of pids) {
    if (pids.length > MAX_FAMILY) break;
    pids.push(...children(parent));
  }
  return pids;
}

/** The IDs of a process's children. */
export function children(pid: number): number[] {
  return tasks(pid).flatMap((task) => childrenOf(`/proc/${pid}/task/${task}`));
}

/** The IDs of the children that a thread has started. @param folder The thread's folder in /proc. */
function childrenOf(folder: string): number[] {
  return readAgain(`${folder}/children`).split(" ").slice(0, -1).map(Number);
}

/** A process's number in its own PID namespace; NaN if it has ended. */
export function innerPid(pid: number): number {
  return Number(textOf(`/proc/${pid}/status`).match(/^NSpid:.*?(\d+)$/m)?.[1] ?? NaN);
}

/** What a process and its descendants use. */
export interface Use {
  /** Bytes of anonymous memory, page tables and shared mappings. */
  memory: number;
  tasks: number;
  /** The size of the file descriptor tables, beyond their initial size. */
  files: number;
}

/** Adds up what a process and its descendants use. */
export function useOf(pid: number): Use {
  const use = { memory: 0, tasks: 0, files: 0 };
  if (pid === 0) return use;
  for (const member of family(pid)) {
    const status = textOf(`/proc/${member}/status`);
    use.tasks += Number(status.match(/^Threads:\s*(\d+)/m)?.[1] ?? 0);
    use.files += Math.max(0, Number(status.match(/^FDSize:\s*(\d+)/m)?.[1] ?? 0) - FILES_AT_START);
    // Page tables count: a large mapping that is only read needs no other memory.
    const kilobytes = [...status.matchAll(/^(?:RssAnon|VmPTE):\s*(\d+)/gm)].map(([, n]) =>
      Number(n)
    );
    use.memory += KB * kilobytes.reduce((sum, n) => sum + n, 0) + sharedBytes(member);
  }
  return use;
}

/**
 * The bytes of a process's shared mappings that are no files: the kernel keeps their pages even if
 * they are in no process's resident memory. 0 where root in a container may not read the mappings.
 */
function sharedBytes(pid: number): number {
  let bytes = 0;
  for (const [, from, to] of textOf(`/proc/${pid}/maps`).matchAll(SHARED_MAPPING)) {
    bytes += parseInt(to, 16) - parseInt(from, 16);
  }
  return bytes;
}

/** The memory that Linux can still allocate, in bytes. */
export function availableMemory(): number {
  return KB * Number(textOf("/proc/meminfo").match(/^MemAvailable:\s*(\d+)/m)?.[1] ?? Infinity);
}

/**
 * Whether a process or a descendant runs or waits for a processor: then it may still produce output.
 * A thread in an endless loop does not count.
 */
export function isBusy(pid: number): boolean {
  if (pid === 0) return true; // the process is being started
  // One pass, and two files for a process with one thread: each wait calls this many times a second.
  const pids = [pid];
  for (const member of pids) {
    if (pids.length > MAX_FAMILY) break;
    const stat = statOf(`/proc/${member}/stat`);
    const hasOneThread = stat[THREADS] === "1";
    const [, all] = useOfTask(stat);
    for (const task of hasOneThread ? [member] : tasks(member)) {
      const folder = `/proc/${member}/task/${task}`;
      const [state, ticks] = useOfTask(hasOneThread ? stat : statOf(`${folder}/stat`));
      const isWorking = ticks < LOOP_TICKS && all < ALL_LOOPS_TICKS;
      if ((state === "R" || state === "D") && isWorking) return true;
      pids.push(...childrenOf(folder));
    }
  }
  return false;
}

/** What {@linkcode fieldsOf} gives, or gave less than {@linkcode SAME_STAT_MS} ago. */
function statOf(path: string): string[] {
  const now = performance.now();
  if (now - recent.at > SAME_STAT_MS) {
    recent.at = now;
    recent.stats.clear();
  }
  const known = recent.stats.get(path);
  if (known) return known;
  const fields = fieldsOf(path);
  recent.stats.set(path, fields);
  return fields;
}

/** The fields of `/proc/…/stat` from the state on; the name before it may contain any character. */
function fieldsOf(path: string): string[] {
  const stat = readAgain(path);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ", THREADS + 1);
}

/** A thread's state, and its CPU time in hundredths of a second. */
function useOfTask(stat: string[]): [state: string, ticks: number] {
  return [stat[0], Number(stat[USER_TICKS] ?? 0) + Number(stat[SYSTEM_TICKS] ?? 0)];
}

/**
 * Kills a process and its descendants, and waits until they have ended.
 *
 * @param first The first process of a PID namespace among them, if there is one: the kernel kills the
 * whole namespace with it, however fast its processes fork.
 */
export async function endTree(pid: number, first?: number): Promise<void> {
  const killed = first === undefined ? killTree(pid) : family(pid);
  if (first !== undefined) signal([first, ...killed], "SIGKILL");
  const isOver = () => killed.every(hasEnded) || undefined;
  await until(isOver, KILL_LIMIT_MS);
}

/** Whether a process has ended or is a zombie. */
export function hasEnded(pid: number): boolean {
  return ["", "Z"].includes(statOf(`/proc/${pid}/stat`)[0]);
}

/**
 * Kills a process and its descendants. SIGSTOP comes first, so that they cannot fork. The function
 * never awaits between SIGSTOP and SIGKILL: if the grader ended there, they would stay stopped.
 *
 * @returns The IDs of the processes.
 */
export function killTree(pid: number): number[] {
  let seen = 0;
  for (let all = family(pid); all.length > seen; all = family(pid)) {
    seen = all.length;
    signal(all, "SIGSTOP");
  }
  const all = family(pid).reverse();
  signal(all, "SIGKILL");
  return all;
}

function signal(pids: number[], name: Deno.Signal): void {
  for (const pid of pids) {
    if (!(pid > 1)) continue; // kill() takes 0 and negative numbers for process groups
    known(() => Deno.kill(pid, name)); // it may have ended
  }
}

/**
 * Whether Linux counts a user's processes per user namespace. Before 5.14 it counts all processes of
 * the user: then only `watch.ts` limits a submission's processes.
 */
export function countsByNamespace(): boolean {
  const [major, minor] = Deno.osRelease().split(".").map(Number);
  return major > 5 || major === 5 && minor >= 14;
}

/** The IDs of the threads of a process; none if it has ended, or this is not Linux. */
function tasks(pid: number): string[] {
  // Most processes have one thread: reading `stat` takes less time than listing a folder.
  return fieldsOf(`/proc/${pid}/stat`)[THREADS] === "1" ? [`${pid}`] : namesIn(`/proc/${pid}/task`);
}
