/**
 * The control group (cgroup) of a submission: Linux limits the memory and the number of processes of
 * all its sandboxes together. Some machines allow no cgroup.
 *
 * - https://docs.kernel.org/admin-guide/cgroup-v2.html
 * - https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 *
 * @module
 */
import { isFolder, known, textOf } from "./paths.ts";

/**
 * The CPU share of a submission, for cgroup version 1 and 2: four times that of one process. A
 * submission with hundreds of busy processes cannot keep the grader from ending them.
 */
const CPU_SHARES = 4 * 1024;
const CPU_WEIGHT = 4 * 100;

/** The current use of memory and tasks, and how often Linux has killed or refused a process. */
export type Reached = Record<"bytes" | "running" | "killed" | "refused", number>;

/** A submission's cgroup. In version 1 memory, processes and CPU have a folder each. */
export class Cgroup {
  private constructor(
    private readonly memory: string,
    private readonly tasks: string,
    private readonly cpu: string | undefined,
  ) {}

  /**
   * Makes a cgroup.
   *
   * @param bytes Memory, with files on tmpfs and the kernel's buffers.
   * @param maxTasks Processes and threads.
   * @returns Undefined if this machine or this user may not make one.
   */
  static make(bytes: number, maxTasks: number): Cgroup | undefined {
    const name = `lab-${Deno.pid}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const made: string[] = [];
    try {
      const { memory, tasks, cpu } = parents();
      if (memory === undefined || tasks === undefined) return undefined;
      const share = cpu === undefined ? undefined : shareOf(`${cpu}/${name}`);
      if (share !== undefined) made.push(share);
      const group = new Cgroup(`${memory}/${name}`, `${tasks}/${name}`, share);
      for (const folder of new Set([group.memory, group.tasks])) {
        Deno.mkdirSync(folder);
        made.push(folder);
      }
      const isSecond = memory === tasks;
      const limit = isSecond ? "memory.max" : "memory.limit_in_bytes";
      Deno.writeTextFileSync(`${group.memory}/${limit}`, `${bytes}`);
      Deno.writeTextFileSync(`${group.tasks}/pids.max`, `${maxTasks}`);
      if (isSecond) tryWrite(`${group.memory}/memory.swap.max`, "0");
      if (isSecond) tryWrite(`${group.memory}/cpu.weight`, `${CPU_WEIGHT}`);
      return group;
    } catch {
      for (const folder of made) tryRemove(folder);
      return undefined;
    }
  }

  get folders(): string[] {
    return [...new Set([this.memory, this.tasks, ...this.cpu === undefined ? [] : [this.cpu]])];
  }

  /** Shell commands that move the shell itself into the cgroup. */
  get join(): string {
    // A shell that cannot join exits: its children would have no limits.
    return this.folders.map((folder) => `echo 0 > '${folder}/cgroup.procs' || exit`).join("; ");
  }

  get bytes(): number {
    const file = this.memory === this.tasks ? "memory.current" : "memory.usage_in_bytes";
    return Number(textOf(`${this.memory}/${file}`));
  }

  /** The current use, and how often the limits were reached. */
  reached(): Reached {
    const events = this.memory === this.tasks ? "memory.events" : "memory.oom_control";
    const count = (pattern: RegExp, path: string) => Number(textOf(path).match(pattern)?.[1] ?? 0);
    return {
      bytes: this.bytes,
      running: Number(textOf(`${this.tasks}/pids.current`)),
      killed: count(/^oom_kill (\d+)/m, `${this.memory}/${events}`),
      refused: count(/^max (\d+)/m, `${this.tasks}/pids.events`),
    };
  }

  /** Removes the cgroup. @returns False as long as one of its processes is still ending. */
  remove(): boolean {
    for (const folder of this.folders) tryRemove(folder);
    return !this.folders.some(isFolder);
  }
}

/** Makes a cgroup with a CPU share. @returns Its folder; undefined if the kernel refuses it. */
function shareOf(folder: string): string | undefined {
  try {
    Deno.mkdirSync(folder);
    Deno.writeTextFileSync(`${folder}/cpu.shares`, `${CPU_SHARES}`);
    return folder;
  } catch {
    tryRemove(folder);
    return undefined;
  }
}

/** The parent folders in which cgroups for memory, processes and CPU can be made. */
function parents(): { memory?: string; tasks?: string; cpu?: string } {
  const own = textOf("/proc/self/cgroup").trim().split("\n").map((line) => line.split(":"));
  const mounts = textOf("/proc/self/mountinfo").split("\n").map((line) => line.split(" "));
  const first = (controller: string) => {
    const path = own.find(([, names]) => names.split(",").includes(controller))?.[2];
    const mount = mounts.find((fields) =>
      fields.includes("cgroup") && fields.at(-1)!.split(",").includes(controller)
    );
    if (path === undefined || !mount) return undefined;
    return [`${mount[4]}${path}`.replace(/\/$/, ""), mount[4]].find(isFolder);
  };
  const [memory, tasks] = [first("memory"), first("pids")];
  if (memory !== undefined && tasks !== undefined) {
    const cpu = first("cpu");
    return { memory, tasks, ...cpu !== undefined && { cpu } };
  }
  const second = mounts.find((fields) => fields.includes("cgroup2"))?.[4];
  const path = own.find(([number]) => number === "0")?.[2];
  if (second === undefined || path === undefined) return {};
  // In version 2 a cgroup that contains processes cannot limit its children: use its parent.
  const above = `${second}${path.slice(0, path.lastIndexOf("/"))}`;
  const parent = [above, second].find((folder) => {
    const given = textOf(`${folder}/cgroup.subtree_control`).trim().split(" ");
    return given.includes("memory") && given.includes("pids");
  });
  return parent === undefined ? {} : { memory: parent, tasks: parent };
}

/** Writes a limit; some kernels do not have it. */
function tryWrite(path: string, text: string): void {
  known(() => Deno.writeTextFileSync(path, text));
}

/** Removes a cgroup, unless a process in it is still ending. */
function tryRemove(folder: string): void {
  known(() => Deno.removeSync(folder));
}
