/**
 * Processes and sockets, as /proc shows them: parents and children, what a process uses, whether it is
 * busy, and which sockets listen.
 *
 * @module
 */
import { until } from "./waiting.ts";
import { known, namesIn, textOf } from "./paths.ts";
import { KILL_LIMIT_MS } from "./limits.ts";

const KB = 1024;
/** The default size of a process's table of open files on Linux. */
const FILES_AT_START = 64;
/** In `/proc/…/maps`: shared memory that is no file of a disk. */
const SHARED_MAPPING = /^([\da-f]+)-([\da-f]+) ..[-x]s \S+ \S+ \S+ +\/(?:dev\/zero|memfd:)/gm;
/** Processor time in hundredths of a second: a thread that has used more is in an endless loop. */
const LOOP_TICKS = 200;
/** The same for all threads of a process: a server may start one endless loop a client. */
const ALL_LOOPS_TICKS = 800;
/** Places in {@linkcode statOf}'s fields. */
const [USER_TICKS, SYSTEM_TICKS, THREADS] = [11, 12, 17];
/** A process tree is read up to this number of processes. */
const MAX_FAMILY = 400;

/** A process and all that descend from it. */
export function family(pid: number): number[] {
  const pids = [pid];
  for (const parent of pids) {
    if (pids.length > MAX_FAMILY) break;
    pids.push(...children(parent));
  }
  return pids;
}

/** The processes that a process has started. */
export function children(pid: number): number[] {
  return tasks(pid).flatMap((task) =>
    textOf(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number)
  );
}

/** A process's number in its own PID namespace; NaN if it has ended. */
export function innerPid(pid: number): number {
  return Number(textOf(`/proc/${pid}/status`).match(/^NSpid:.*?(\d+)$/m)?.[1] ?? NaN);
}

/** What a process and all that descend from it use. */
export interface Use {
  /** Anonymous memory, page tables, and all memory that is mapped to be shared, in bytes. */
  memory: number;
  /** Processes and threads. */
  tasks: number;
  /** Room for open files, beyond what each process has at its start. */
  files: number;
}

/** What a process and all that descend from it use. */
export function useOf(pid: number): Use {
  const use = { memory: 0, tasks: 0, files: 0 };
  if (pid === 0) return use;
  for (const member of family(pid)) {
    const status = textOf(`/proc/${member}/status`);
    use.tasks += Number(status.match(/^Threads:\s*(\d+)/m)?.[1] ?? 0);
    use.files += Math.max(0, Number(status.match(/^FDSize:\s*(\d+)/m)?.[1] ?? 0) - FILES_AT_START);
    // Page tables count too: a mapping that is only read needs nothing else.
    const kilobytes = [...status.matchAll(/^(?:RssAnon|VmPTE):\s*(\d+)/gm)].map(([, n]) =>
      Number(n)
    );
    use.memory += KB * kilobytes.reduce((sum, n) => sum + n, 0) + sharedBytes(member);
  }
  return use;
}

/**
 * The size of a process's shared mappings without a file: the kernel keeps their
 * pages even if no process has them in resident memory. A container's root cannot read another
 * user's mappings.
 */
function sharedBytes(pid: number): number {
  let bytes = 0;
  for (const [, from, to] of textOf(`/proc/${pid}/maps`).matchAll(SHARED_MAPPING)) {
    bytes += parseInt(to, 16) - parseInt(from, 16);
  }
  return bytes;
}

/** The memory that Linux could still give, in bytes. */
export function availableMemory(): number {
  return KB * Number(textOf("/proc/meminfo").match(/^MemAvailable:\s*(\d+)/m)?.[1] ?? Infinity);
}

/**
 * Whether a process or a descendant runs, or would if a processor were free: on a busy machine
 * silence alone does not mean that nothing more will come. A thread in an endless loop does not
 * count.
 */
export function isBusy(pid: number): boolean {
  if (pid === 0) return true; // it is being started
  // The tree is read in one pass, with two files for a process that has one thread: every wait
  // for a program does this many times a second.
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
      pids.push(...textOf(`${folder}/children`).split(" ").filter(Boolean).map(Number));
    }
  }
  return false;
}

/** The fields of `/proc/…/stat` from the state on: the name before it may hold anything. */
function statOf(path: string): string[] {
  const stat = textOf(path);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A thread's state, and its processor time in hundredths of a second. */
function useOfTask(stat: string[]): [state: string, ticks: number] {
  return [stat[0], Number(stat[USER_TICKS] ?? 0) + Number(stat[SYSTEM_TICKS] ?? 0)];
}

/**
 * Ends a process and all that descend from it, and waits until they have gone.
 *
 * @param first The first process of a PID namespace below, if there is one: the kernel ends the
 * others with it, however fast they start new ones.
 */
export async function endTree(pid: number, first?: number): Promise<void> {
  if (first !== undefined) signal([first], "SIGKILL");
  const killed = killTree(pid);
  const isOver = () => killed.every(hasEnded) || undefined;
  await until(isOver, KILL_LIMIT_MS);
}

/** Whether a process has ended, though its parent may not have asked for its exit code yet. */
export function hasEnded(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === "" || stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}

/**
 * Ends a process and all that descend from it. SIGSTOP halts them first, so that they start no
 * further process. The function never waits between SIGSTOP and SIGKILL: if the grader ended
 * there, the processes would stay halted.
 *
 * @returns The processes.
 */
export function killTree(pid: number): number[] {
  let known = 0;
  for (let all = family(pid); all.length > known; all = family(pid)) {
    known = all.length;
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
 * Whether Linux counts a user's processes for each user namespace: before 5.14 all of
 * the user's programs count, and the watch alone counts those of a submission.
 */
export function countsByNamespace(): boolean {
  const [major, minor] = Deno.osRelease().split(".").map(Number);
  return major > 5 || major === 5 && minor >= 14;
}

/** The threads of a process; none if it has ended, or this is not Linux. */
function tasks(pid: number): string[] {
  return namesIn(`/proc/${pid}/task`);
}

/** A socket that listens. */
export interface Listening {
  /** The address, `0.0.0.0` or `::` for all of them. */
  address: string;
  port: number;
  /** The interface that it is tied to, if any. */
  device?: string;
}

/** The state of a socket that listens. */
const LISTENING = "0A";

/** The flags of a unix socket that listens. */
const ACCEPTS = "00010000";

/** A TCP socket of a network, listening, connected or being closed. */
export interface UsedSocket {
  /** Its inode; 0 if no process holds it any more. */
  inode: string;
  isListening: boolean;
}

/** The TCP sockets in a network. @param folder A process's `/proc/…/net`. */
export function usedSockets(folder: string): UsedSocket[] {
  return rows(folder).map(([, , , state, , , , , , inode]) => ({
    inode,
    isListening: state === LISTENING,
  }));
}

/** Whether an address means all of them. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/**
 * The listening sockets of a network, without their interfaces.
 *
 * @param folder A process's `/proc/…/net`.
 * @param sockets The inodes of the sockets to list; all if not given.
 */
export function listeningIn(folder: string, sockets?: ReadonlySet<string>): Listening[] {
  return rows(folder)
    .filter(([, , , state, , , , , , inode]) =>
      state === LISTENING && (sockets?.has(inode) ?? true)
    )
    .map(([, local]) => {
      const [address, port] = local.split(":");
      return { address: kernelAddress(address), port: parseInt(port, 16) };
    });
}

/**
 * Whether a unix socket at a path accepts connections: its path exists before it listens.
 *
 * @param folder A process's `/proc/…/net`.
 * @param path The path as that process sees it.
 */
export function listensAt(folder: string, path: string): boolean {
  return textOf(`${folder}/unix`).split("\n").some((row) =>
    row.endsWith(` ${path}`) && row.split(" ")[3] === ACCEPTS
  );
}

/** The rows of both tables, without their headings. */
function rows(folder: string): string[][] {
  return ["tcp", "tcp6"].flatMap((table) =>
    textOf(`${folder}/${table}`).split("\n").slice(1).filter(Boolean)
      .map((line) => line.trim().split(/\s+/))
  );
}

/** The listening sockets of `ss -Hltn`, with their interfaces, which /proc does not show. */
export function parseListening(said: string): Listening[] {
  return said.split("\n").flatMap((line) => {
    const local = line.trim().split(/\s+/)[3] ?? "";
    const match = local.match(/^(.*?)(?:%([\w.-]+))?:(\d+)$/);
    if (!match) return [];
    const bare = match[1].replace(/^\[|\]$/g, "").replace(/^::ffff:/, "");
    const address = bare === "*" ? "::" : bare;
    return [{ address, port: Number(match[3]), ...match[2] && { device: match[2] } }];
  });
}

/** `0100007F` is 127.0.0.1: the kernel writes each word in its own byte order. */
function kernelAddress(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) =>
    word.match(/../g)!.map((byte) => parseInt(byte, 16)).reverse()
  );
  const isMapped = hex.startsWith("0000000000000000FFFF0000");
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join(".");
  const last = bytes.pop()!;
  if (bytes.every((byte) => byte === 0) && last <= 1) return last === 0 ? "::" : "::1";
  const digits = [...bytes, last].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.match(/.{4}/g)!.join(":");
}
