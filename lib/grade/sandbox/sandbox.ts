/**
 * Where a submission lives: a copy of it on a small disk in memory that only its
 * boxes see. The disk belongs to one process, which ends when the grader does,
 * whatever ends the grader: nothing is left behind.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { escapeText } from "../../terminal/show.ts";
import { systemCallFilter } from "./seccomp.ts";
import { type Tool, tools } from "./tools.ts";
import { within } from "./waiting.ts";

const DISK_MB = 256;
/** The rest is for what is built. */
const MAX_COPIED_MB = 192;
const MAX_COPIED_FILES = 20_000;
const MAX_LEFT_OUT = 20;
const START_LIMIT_MS = 15_000;
/** Users that no machine has: each submission gets one of its own. */
const FIRST_UID = 2_000_000;
const UIDS = 1_000_000;
/** All that the grader's helpers see of its environment. */
export const HELPER_ENV: Record<string, string> = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
/** Starts a command of the grader's own: no box, but nothing of its environment either. */
export function startHelper(
  [word, ...args]: string[],
  stdin: "piped" | "null" = "null",
  stdout: "piped" | "null" = "null",
  stderr: "piped" | "null" = "null",
): Deno.ChildProcess {
  const options = { env: HELPER_ENV, clearEnv: true, stdin, stdout, stderr } as const;
  return new Deno.Command(word, { args, ...options }).spawn();
}

/**
 * Starts a command that keeps something for as long as the grader lives.
 *
 * @returns The command, once it has said that it is ready; undefined if it does not.
 */
export async function startHolder(words: string[]): Promise<Deno.ChildProcess | undefined> {
  const holder = startHelper(words, "piped", "piped");
  const reader = holder.stdout.getReader();
  const said = await within(reader.read(), START_LIMIT_MS);
  await reader.cancel();
  if (said?.value) return holder;
  await stopHelper(holder);
  return undefined;
}

/** Ends such a command. */
export async function stopHelper(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await child.status;
}

/** Where the disk is, for the processes that see it. */
const MOUNT = "/mnt";
/** Where the submission's copy is, for them. */
export const LAB_SOURCE = `${MOUNT}/lab`;
/** Where the kernel's filter for boxes is, for them. */
export const FILTER = `${MOUNT}/etc/filter`;
const NOT_COPIED = new Set([".git", ".hg", ".svn", ".DS_Store", "__MACOSX"]);

const NEEDED: [command: string, debian: string][] = [
  ["bwrap", "bubblewrap"],
  ["socat", "socat"],
  ["ip", "iproute2"],
  ["ss", "iproute2"],
  ["unshare", "util-linux"],
  ["nsenter", "util-linux"],
  ["setpriv", "util-linux"],
  ["prlimit", "util-linux"],
  ["script", "bsdutils"],
];

/** Why there can be no boxes here, as a sentence; undefined if there can. */
export async function whyNoSandbox(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "boxes need Linux; use --unsafe, or a Linux machine";
  const missing = NEEDED.filter(([command]) => !onPath(command)).map(([, debian]) => debian);
  if (missing.length > 0) {
    return `bubblewrap and what goes with it is missing; apt-get install ${
      [...new Set(missing)].join(" ")
    }`;
  }
  const probe = await new Deno.Command("bwrap", {
    args: ["--unshare-user", "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "true"],
    env: HELPER_ENV,
    clearEnv: true,
    stdin: "null",
  }).output();
  if (probe.success) return undefined;
  const why = new TextDecoder().decode(probe.stderr).trim().split("\n", 1)[0];
  return `this machine allows no namespaces (${escapeText(why)}); allow them, or use --unsafe`;
}

/** Whether a command is installed. */
export function onPath(command: string): boolean {
  return HELPER_ENV.PATH.split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${command}`).isFile;
    } catch {
      return false;
    }
  });
}

/** A submission's copy, and the process that keeps it. */
export class Sandbox {
  /** What the copy left out, one sentence each. */
  readonly leftOut: string[];
  /** The user that its programs run as, if the grader is root. */
  readonly uid: number | undefined;
  /** The interpreters that are not in /usr. */
  readonly tools: Tool[];

  #holder: Deno.ChildProcess;

  private constructor(holder: Deno.ChildProcess, uid: number | undefined, found: Tool[]) {
    this.#holder = holder;
    this.uid = uid;
    this.tools = found;
    this.leftOut = [];
  }

  /**
   * Copies a folder onto a disk of its own.
   *
   * @param folder The submission.
   * @param names What of it, if not all.
   * @throws {Failure} If there is no such folder, or it is too large.
   */
  static async open(folder: string, names?: string[]): Promise<Sandbox> {
    const root = Deno.uid() === 0;
    const uid = root ? FIRST_UID + crypto.getRandomValues(new Uint32Array(1))[0] % UIDS : undefined;
    const found = await tools();
    const binds = found.map(({ path }, i) => [path, `${MOUNT}/tools/${i}`]);
    const script = [
      `mount -t tmpfs -o size=${DISK_MB}m,mode=755 lab ${MOUNT}`,
      `mkdir -m 777 ${LAB_SOURCE}`,
      `mkdir -m 700 ${MOUNT}/run`,
      `mkdir ${MOUNT}/etc ${MOUNT}/tools`,
      ...binds.flatMap(([path, at]) => {
        const isFile = Deno.statSync(path).isFile;
        return [`${isFile ? "touch" : "mkdir"} ${at}`, `mount --bind '${path}' ${at}`];
      }),
      `printf '127.0.0.1 localhost\\n::1 localhost\\n127.0.1.1 lab\\n' > ${MOUNT}/etc/hosts`,
      `printf 'lab:x:1000:1000::/lab:/bin/sh\\n' > ${MOUNT}/etc/passwd`,
      `printf 'lab:x:1000:\\n' > ${MOUNT}/etc/group`,
      "echo ready",
      "exec cat > /dev/null", // until the grader closes its end, or ends
    ].join(" && ");
    const holder = await startHolder([
      "unshare",
      ...root ? [] : ["-U", "-r"],
      ...["-m", "-p", "-f", "--mount-proc", "--kill-child"],
      ...["sh", "-c", script],
    ]);
    if (!holder) throw new Failure("Cannot make a box: this machine refuses a disk in memory");
    const sandbox = new Sandbox(holder, uid, found);
    try {
      const filter = systemCallFilter();
      if (filter) await Deno.writeFile(sandbox.#outside(FILTER), filter);
      sandbox.leftOut.push(...await copyFolder(folder, sandbox.lab, names));
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  /** The copy, as the grader sees it. */
  get lab(): string {
    return this.#outside(LAB_SOURCE);
  }

  /** Where sockets are: for the grader, and for helpers inside. */
  socket(name: string): { outside: string; inside: string } {
    const inside = `${MOUNT}/run/${name}`;
    return { outside: this.#outside(inside), inside };
  }

  /** The words that let a command see the disk. */
  get enter(): string[] {
    return ["nsenter", "-t", `${this.#holder.pid}`, ...this.enterUser, "-m"];
  }

  /**
   * What nsenter needs besides for what must end with this: the keeper's child is
   * the first process of a tree of its own, and with it Linux ends all of them.
   */
  get enterTree(): string {
    return `--pid=/proc/${this.#holder.pid}/ns/pid_for_children`;
  }

  /** What nsenter needs besides, unless the grader is root. */
  get enterUser(): string[] {
    return this.uid === undefined ? ["-U", "--preserve-credentials"] : [];
  }

  #outside(inside: string): string {
    return `/proc/${this.#holder.pid}/root${inside}`;
  }

  /** Gives the disk back. */
  async close(): Promise<void> {
    await stopHelper(this.#holder);
  }
}

/**
 * Copies a folder without following a link: what it leads to may be anybody's.
 *
 * @param names What of it, if not all.
 * @returns What was left out, one sentence each.
 * @throws {Failure} If it is too large.
 */
export async function copyFolder(from: string, to: string, names?: string[]): Promise<string[]> {
  const leftOut: string[] = [];
  let files = MAX_COPIED_FILES;
  let bytes = MAX_COPIED_MB * 1024 * 1024;
  const leave = (path: string, why: string) => {
    if (leftOut.length < MAX_LEFT_OUT) leftOut.push(`${escapeText(path)} ${why}`);
  };
  const copyOne = async (path: string, { isSymlink, isDirectory, isFile }: Deno.DirEntry) => {
    if (isSymlink) {
      leave(path, "is a link and was not followed");
    } else if (isDirectory) {
      await Deno.mkdir(`${to}/${path}`);
      await Deno.chmod(`${to}/${path}`, 0o777);
      await copy(`${path}/`);
    } else if (isFile) {
      const { size, mode } = await Deno.lstat(`${from}/${path}`);
      bytes -= size;
      if (--files < 0 || bytes < 0) {
        throw new Failure(
          `Cannot copy ${escapeText(from)}: it has more than ${MAX_COPIED_FILES} files or ` +
            `${MAX_COPIED_MB} MB; take out what no program needs`,
        );
      }
      await Deno.writeFile(`${to}/${path}`, await Deno.readFile(`${from}/${path}`));
      await Deno.chmod(`${to}/${path}`, (mode ?? 0) & 0o111 ? 0o777 : 0o666);
    }
  };
  const copy = async (below: string) => {
    for await (const entry of Deno.readDir(`${from}/${below}`)) {
      const { name } = entry;
      if (NOT_COPIED.has(name) || (below === "" && names && !names.includes(name))) continue;
      try {
        await copyOne(below + name, entry);
      } catch (error) {
        if (error instanceof Failure) throw error;
        leave(below + name, "cannot be read and was left out"); // its name may be too odd
      }
    }
  };
  await copy("");
  return leftOut;
}
