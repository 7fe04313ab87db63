/**
 * Starts a program in a sandbox: with its own files, processes and network, and without the grader's
 * environment. When the sandbox ends, the kernel ends all its processes.
 *
 * @module
 */
import { joinWords } from "../../cli/shell_words.ts";
import { countsByNamespace } from "./proc.ts";
import { type Program, RunningProgram } from "./running_program.ts";
import { ETC_SOURCE, FILTER_FD, MOUNT, type OwnFolder, type Sandbox } from "./sandbox.ts";
import type { SandboxNetwork } from "./sandbox_network.ts";
import { systemCallFilter } from "./seccomp.ts";
import { DENO_DIR } from "./tools.ts";
import { MAX_PROGRAM_TASKS, watch } from "./watch.ts";
import { known } from "./paths.ts";

/** The path of the submission, as its programs see it. */
export const LAB = "/lab";

/**
 * Deno opens its terminal again by the path of standard input. In the sandbox `/dev/console` is that
 * terminal; the path from outside, such as `/dev/pts/0`, does not exist, and reads would block Deno.
 */
const ON_CONSOLE = ["sh", "-c", 'exec "$@" <>/dev/console >&0 2>&0', "sh"];
/** The environment of every sandbox, beside PATH. */
const NODE_PATH = "/usr/lib/node_modules:/usr/local/lib/node_modules:/usr/share/nodejs";
const VARIABLES = { HOME: LAB, LANG: "C.UTF-8", TERM: "dumb", DENO_DIR, NODE_PATH };
const hasFilter = systemCallFilter() !== undefined;
/** The kernel's limit of processes for one program. `watch.ts` ends a program at a lower limit. */
const PROCESSES = MAX_PROGRAM_TASKS + 100;
const LINKS = ["bin", "sbin", "lib", "lib64", "lib32", "libx32"];

/**
 * Starts a program in a sandbox.
 *
 * @param owner The owner of the folders that it writes to, see {@linkcode Sandbox.own}.
 */
export function startInSandbox(
  sandbox: Sandbox,
  network: SandboxNetwork | Promise<SandboxNetwork>,
  program: Program,
  owner: string,
): RunningProgram {
  const start = async () => {
    const [own, where] = await Promise.all([sandbox.own(owner), network]);
    return await where.start(script(sandbox, own, program));
  };
  const running = new RunningProgram(start(), true);
  watch(sandbox, running);
  return running;
}

/** The shell command that runs a program in a sandbox. */
function script(sandbox: Sandbox, own: OwnFolder, { words, folder, env = {} }: Program): string {
  const bins = sandbox.tools.flatMap(({ bin }) => bin ?? []);
  const path = [...bins, "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"].join(":");
  const variables = { ...VARIABLES, PATH: path, ...env };
  const bounded = countsByNamespace() ? ["prlimit", `--nproc=${PROCESSES}`] : [];
  // `setsid -c` makes the terminal the controlling terminal of the program.
  const reopened = words.includes("deno") ? ON_CONSOLE : [];
  const inside = [...bounded, "setsid", "-c", ...reopened, ...words];
  return `${joinWords([...walls(sandbox, own, folder, variables), ...inside])}\n`;
}

/** The words before a command: bubblewrap with its options. */
function walls(
  { tools }: Sandbox,
  own: OwnFolder,
  folder: string,
  variables: Record<string, string>,
): string[] {
  return [
    "bwrap",
    ...hasFilter ? ["--seccomp", FILTER_FD] : [],
    ...["user", "pid", "ipc", "uts"].map((space) => `--unshare-${space}`),
    ...["--unshare-cgroup-try", "--hostname", "lab", ...systemWalls()],
    ...["--ro-bind", ETC_SOURCE, "/etc"],
    ...["--bind", `${own.private}/cache`, DENO_DIR],
    ...tools.flatMap((tool, i) => ["--ro-bind", `${MOUNT}/tools/${i}`, tool.inside]),
    // Even without capabilities a program may write settings of its own IPC and PID namespaces.
    ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
    // The sandbox's first process has no seccomp filter: no program may write its memory.
    ...["/proc/1/mem", "/proc/1/task/1/mem"].flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ...["--dev", "/dev", "--dev-bind", `${own.private}/pts`, "/dev/pts"],
    ...["--bind", `${own.private}/tmp`, "/tmp", "--bind", `${own.private}/shm`, "/dev/shm"],
    ...["--bind", own.lab, LAB, "--remount-ro", "/dev", "--remount-ro", "/"],
    ...["--chdir", folder === "" ? LAB : `${LAB}/${folder}`, "--clearenv"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

/** The words that take away all rights, and mount the system's programs, read-only. */
export function systemWalls(): string[] {
  const links = LINKS.filter((link) => known(() => Deno.lstatSync(`/${link}`).isSymlink));
  return [
    ...["--uid", "1000", "--gid", "1000", "--die-with-parent"],
    ...["--disable-userns", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr"],
    ...links.flatMap((link) => ["--symlink", `usr/${link}`, `/${link}`]),
  ];
}
