/**
 * The copy of a submission, on a tmpfs that only its sandboxes see. One process holds the mount
 * namespace of the tmpfs. That process ends with the grader, also after `kill -9`; the kernel then
 * removes the tmpfs.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import { Cgroup } from "./cgroup.ts";
import { copyFolder } from "./copy_folder.ts";
import { copyEtc, type Tool, tools } from "./tools.ts";
import { HolderShell, onPath, runHelper, unusedUid } from "./helpers.ts";
import { SHELL_END_LIMIT_MS } from "./limits.ts";
import { systemCallFilter } from "./seccomp.ts";
import { until } from "./waiting.ts";

const MB = 1024 * 1024;
const DISK_MB = 256;
const DISK_FILES = 60_000;
/** The limits of what one program writes: its changes to the submission, /tmp and /dev/shm. */
const OWN_MB = 128;
const OWN_FILES = 20_000;
/** Pseudo-terminals of one program. The launchers of a submission have twice as many. */
const OWN_TERMINALS = 32;
/**
 * Memory of all sandboxes of a submission together. Four programs in Java need 330 MB, builds in Go,
 * Rust, C++ and C# less.
 */
export const MAX_BYTES: number = 1024 * MB;
/** Processes and threads of all sandboxes of a submission together. */
export const MAX_TASKS = 1024;

/** Where the tmpfs is, in its mount namespace. */
export const MOUNT = "/mnt";
/** Where the submission's copy is, in that namespace. */
export const LAB_SOURCE = `${MOUNT}/lab`;
/** Where the sandboxes' /etc is, in that namespace. */
export const ETC_SOURCE = `${MOUNT}/etc`;
/** Where the seccomp filter is, in that namespace. */
const FILTER = `${MOUNT}/filter`;
/** Where the script that starts a program is, in that namespace. */
export const START_SCRIPT = `${MOUNT}/start`;
/** The descriptor on which the start script opens the filter. */
export const FILTER_FD = "9";
/** The owner name for the copy itself: programs with this owner share one folder. */
export const SHARED_FOLDER = "";

const OPEN_FILES = 1024;
const FILE_KB = 64 * 1024;
const DATA_KB = 1536 * 1024;
/** Shell commands that limit each descendant of the shell; `ulimit -f` counts blocks of 512 bytes. */
export const PROCESS_LIMITS = `ulimit -c 0; ulimit -f ${
  2 * FILE_KB
}; ulimit -n ${OPEN_FILES}; ulimit -d ${DATA_KB}`;

const NEEDED: [command: string, debian: string][] = [
  ["bwrap", "bubblewrap"],
  ["socat", "socat"],
  ["ip", "iproute2"],
  ["ss", "iproute2"],
  ["unshare", "util-linux"],
  ["nsenter", "util-linux"],
  ["setpriv", "util-linux"],
  ["setsid", "util-linux"],
];

/** The reason why this machine allows no sandboxes, as a sentence; undefined if it allows them. */
export async function whyNoSandbox(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "sandboxes need Linux; use --unsafe, or a Linux machine";
  const missing = NEEDED.filter(([command]) => !onPath(command)).map(([, debian]) => debian);
  if (missing.length > 0) {
    return `bubblewrap and what goes with it is missing; apt-get install ${
      [...new Set(missing)].join(" ")
    }`;
  }
  const spaces = ["--unshare-user", "--unshare-net", "--unshare-pid"];
  const probe = await runHelper(["bwrap", ...spaces, "--ro-bind", "/", "/", "true"], "piped");
  if (probe.success) return undefined;
  const why = new TextDecoder().decode(probe.stderr).trim().split("\n", 1)[0];
  return `this machine allows no namespaces (${escapeText(why)}); allow them, or use --unsafe`;
}

/** The folders that one program of a submission writes to. Other programs do not see them. */
export interface OwnFolder {
  /** The submission's files, in the mount namespace of the tmpfs. */
  lab: string;
  /** Folders for /tmp, /dev/shm and Deno's cache, and the terminals. */
  private: string;
}

/** A submission's copy, and the process that holds its namespaces. */
export class Sandbox implements AsyncDisposable {
  /** Files that were not copied, one sentence each. */
  readonly leftOut: string[] = [];
  /** The interpreters that are not in /usr. */
  readonly tools: Tool[];
  /** The control group of all its sandboxes, if this machine allows one. */
  readonly cgroup: Cgroup | undefined;

  #holder: HolderShell;
  #pid = 0;
  #folders = new Map<string, Promise<OwnFolder>>();

  private constructor(readonly uid: number | undefined, found: Tool[]) {
    this.tools = found;
    this.cgroup = Cgroup.make(MAX_BYTES, MAX_TASKS);
    const unshare = [
      "unshare",
      ...uid === undefined ? ["-U", "-r"] : [],
      ...["-m", "-n", "-p", "-f", "--mount-proc", "--kill-child", "sh"],
    ];
    // The outer shell ends last, also after the grader was killed. It removes the cgroup.
    const remove = this.cgroup?.folders.map((folder) => `rmdir '${folder}'`).join("; ");
    this.#holder = new HolderShell(
      remove === undefined ? unshare : ["sh", "-c", `"$@"; ${remove}`, "-", ...unshare],
    );
  }

  /**
   * Copies a folder onto a new tmpfs.
   *
   * @throws {Failure} If there is no such folder, or it is too large.
   */
  static async open(folder: string, names?: string[]): Promise<Sandbox> {
    const sandbox = new Sandbox(unusedUid(), await tools());
    try {
      await sandbox.#setUp();
      sandbox.leftOut.push(...await copyFolder(folder, sandbox.copy, names));
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  async #setUp(): Promise<void> {
    const binds = this.tools.flatMap(({ path }, i) => {
      const at = `${MOUNT}/tools/${i}`;
      const made = Deno.statSync(path).isFile ? `: > ${at}` : `mkdir ${at}`;
      return [made, `mount --bind '${path}' ${at}`];
    });
    await this.#holder.run([
      "umask 022",
      // Child networks get small hash tables, so that reading /proc/net/tcp is fast. Before
      // Linux 6.2 all networks share one large table.
      "{ echo 128 > /proc/sys/net/ipv4/tcp_child_ehash_entries || :; }",
      `mount -t tmpfs -o size=${DISK_MB}m,nr_inodes=${DISK_FILES},mode=755 lab ${MOUNT}`,
      `cd ${MOUNT}`,
      "mkdir etc tools own",
      "mkdir -m 777 lab go",
      "mkdir -m 700 run",
      ...binds,
      copyEtc(),
      "mount -t devpts -o newinstance,ptmxmode=0666,mode=620," +
      `max=${2 * OWN_TERMINALS} devpts /dev/pts`,
      "cd /",
    ].join(" &&\n"));
    this.#pid = innermost(this.#holder.pid);
    const write = (path: string, text: string) => Deno.writeTextFile(this.outside(path), text);
    await write(`${ETC_SOURCE}/hosts`, "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 lab\n");
    await write(`${ETC_SOURCE}/passwd`, "lab:x:1000:1000::/lab:/bin/sh\n");
    await write(`${ETC_SOURCE}/group`, "lab:x:1000:\n");
    await write(START_SCRIPT, START);
    const filter = systemCallFilter();
    if (filter) await Deno.writeFile(this.outside(FILTER), filter);
  }

  /**
   * The folders that a program writes to. The first call makes them, from the submission's files
   * at that time.
   *
   * @param name The owner, such as `server1`; {@linkcode SHARED_FOLDER} for the copy itself.
   * @throws {Failure} If there is no room for it.
   */
  own(name: string): Promise<OwnFolder> {
    const known = this.#folders.get(name);
    if (known) return known;
    const made = this.#makeOwn(name);
    this.#folders.set(name, made);
    return made;
  }

  async #makeOwn(name: string): Promise<OwnFolder> {
    const at = `${MOUNT}/own/${this.#folders.size}`;
    const isShared = name === SHARED_FOLDER;
    const overlay = "mount -t overlay -o " +
      `lowerdir=${LAB_SOURCE},upperdir=up,workdir=work${
        this.uid === undefined ? ",userxattr" : ""
      }`;
    await Deno.mkdir(this.outside(at));
    await this.#holder.run(
      `mount -t tmpfs -o size=${OWN_MB}m,nr_inodes=${OWN_FILES},mode=755 own ${at}`,
    );
    for (const folder of ["up", "lab", "tmp", "shm", "cache", "work", "pts"]) {
      await Deno.mkdir(this.outside(`${at}/${folder}`));
      await Deno.chmod(this.outside(`${at}/${folder}`), 0o777);
    }
    await this.#holder.run([
      `cd ${at}`,
      `mount -t devpts -o newinstance,ptmxmode=0666,mode=620,max=${OWN_TERMINALS} devpts pts`,
      ...isShared ? [] : [`{ ${overlay} overlay lab || cp -a ${LAB_SOURCE}/. lab; }`],
      "cd /",
    ].join(" &&\n"));
    return { lab: isShared ? LAB_SOURCE : `${at}/lab`, private: at };
  }

  get copy(): string {
    return this.outside(LAB_SOURCE);
  }

  /** The words that run a command in the submission's namespaces. */
  get enter(): string[] {
    const user = this.uid === undefined ? ["-U", "--preserve-credentials"] : [];
    return ["nsenter", "-t", `${this.#pid}`, ...user, "-m", "-n", "-p"];
  }

  /** A path on the tmpfs, as a path for the grader. */
  outside(inside: string): string {
    return `/proc/${this.#pid}/root${inside}`;
  }

  /** Ends all its processes and frees the tmpfs. */
  async close(): Promise<void> {
    await this.#holder.close();
    await until(() => this.cgroup?.remove() === false ? undefined : true, SHELL_END_LIMIT_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * The script that starts a program on a new pseudo-terminal. It reads one line, the name of the file
 * that contains the command, and at the end writes the exit code into a file beside that.
 */
const START = `# socat leaves its own sockets open.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&-
IFS= read -r name
${systemCallFilter() ? `exec ${FILTER_FD}< ${FILTER}` : ""}
. "${MOUNT}/go/$name"
echo "$?" > "${MOUNT}/go/$name.exit"
`;

/** Follows the first child of each process down from `pid`. @returns The last process. */
export function innermost(pid: number): number {
  for (let last = pid;;) {
    const children = Deno.readTextFileSync(`/proc/${last}/task/${last}/children`).trim();
    if (children === "") return last;
    last = Number(children.split(" ")[0]);
  }
}
