/**
 * A box: what a stranger's program can see and use. Its own files, processes and
 * network, no variable of the grader, and an end that nothing in it outlives.
 *
 * @module
 */
import { family, memoryOf } from "./processes.ts";
import { type Program, RunningProgram } from "./running_program.ts";
import { joinWords } from "../../cli/shell_words.ts";
import { DENO_DIR } from "./tools.ts";
import { systemCallFilter } from "./seccomp.ts";
import { FILTER, HELPER_ENV, LAB_SOURCE, type Sandbox } from "./sandbox.ts";
import { pause } from "./waiting.ts";

const MB = 1024 * 1024;
const PROCESSES = 1024;
const OPEN_FILES = 1024;
const FILE_BYTES = 64 * MB;
const DATA_BYTES = 1536 * MB;
const TMP_BYTES = 64 * MB;
const SHARED_BYTES = 16 * MB;
/** All processes of a box together; the limits above are for each. */
const MAX_SANDBOX_BYTES = 2048 * MB;
const MAX_SANDBOX_PROCESSES = 300;
const WATCH_MS = 300;
const CLOSE_ON_EXEC = 0o2000000;
/** Where the submission is, for its programs. */
export const LAB = "/lab";

/** What every box has in its environment, beside PATH. */
const VARIABLES = { HOME: LAB, LANG: "C.UTF-8", TERM: "dumb", DENO_DIR };
/** The kernel's filter for boxes is read from here, where it is known for this machine. */
const FILTER_FD = "9";
const hasFilter = systemCallFilter() !== undefined;
/** What of the machine is shown, to be read only. */
const SHOWN = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/ssl",
  "/etc/localtime",
];
const LINKS = ["bin", "sbin", "lib", "lib64", "lib32"];

/**
 * Starts a program in a box.
 *
 * @param terminal Whether it believes that a person sits at a terminal.
 * @param enter The words that enter its network; a network with nothing in it if none.
 */
export function startInSandbox(
  sandbox: Sandbox,
  { words, folder, env = {} }: Program,
  terminal: boolean,
  enter?: string[],
): RunningProgram {
  const { uid, tools } = sandbox;
  const path = [
    ...tools.flatMap(({ bin }) => bin ?? []),
    "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
  ]
    .join(":");
  const command = terminal
    ? ["script", "-qfeE", "never", "-c", `exec ${joinWords(words)}`, "/dev/null"]
    : words;
  const running = new RunningProgram({
    terminal,
    env: HELPER_ENV,
    words: [
      ...closing(),
      ...["setpriv", "--pdeathsig", "KILL"],
      ...enter ?? sandbox.enter,
      sandbox.enterTree,
      ...uid === undefined
        ? []
        : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--pdeathsig=KILL"],
      ...hasFilter ? ["sh", "-c", `exec "$@" ${FILTER_FD}< "$0"`, FILTER] : [],
      "prlimit",
      // An ordinary user's other programs count too: there the watch alone counts processes.
      ...uid === undefined ? [] : [`--nproc=${PROCESSES}`],
      `--fsize=${FILE_BYTES}`,
      `--nofile=${OPEN_FILES}`,
      "--core=0",
      `--data=${DATA_BYTES}`,
      ...walls(sandbox, folder, { ...VARIABLES, PATH: path, ...env }, enter !== undefined),
      ...command,
    ],
  });
  watch(running);
  return running;
}

/** The words that put walls around a command: bubblewrap, and all that it shows inside. */
function walls(
  { tools }: Sandbox,
  folder: string,
  variables: Record<string, string>,
  isInNetwork: boolean,
): string[] {
  return [
    "bwrap",
    ...hasFilter ? ["--seccomp", FILTER_FD] : [],
    ...["user", "pid", "ipc", "uts"].map((space) => `--unshare-${space}`),
    "--unshare-cgroup-try",
    ...isInNetwork ? [] : ["--unshare-net"],
    ...["--uid", "1000", "--gid", "1000", "--hostname", "lab"],
    ...["--disable-userns", "--die-with-parent", "--cap-drop", "ALL"],
    ...["--ro-bind", "/usr", "/usr"],
    ...LINKS.flatMap((link) => isLink(`/${link}`) ? ["--symlink", `usr/${link}`, `/${link}`] : []),
    ...[...SHOWN, ...javaFolders()].flatMap((shown) => ["--ro-bind-try", shown, shown]),
    ...["hosts", "passwd", "group"].flatMap((file) => [
      "--ro-bind",
      `${LAB_SOURCE}/../etc/${file}`,
      `/etc/${file}`,
    ]),
    ...["--size", `${TMP_BYTES}`, "--tmpfs", DENO_DIR],
    ...tools.flatMap((tool, i) => ["--ro-bind", `${LAB_SOURCE}/../tools/${i}`, tool.inside]),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", `${TMP_BYTES}`, "--tmpfs", "/tmp"],
    ...["--size", `${SHARED_BYTES}`, "--tmpfs", "/dev/shm"],
    ...["--bind", LAB_SOURCE, LAB, "--remount-ro", "/dev", "--remount-ro", "/"],
    ...["--chdir", folder === "" ? LAB : `${LAB}/${folder}`, "--clearenv"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

/**
 * Words that close what the grader itself has inherited open: a box would pass it
 * on. What Deno opens is closed by itself.
 */
function closing(): string[] {
  const open = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name).filter((fd) => {
    try {
      const flags = Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`).match(/flags:\s*(\d+)/)?.[1];
      return Number(fd) > 2 && (parseInt(flags ?? "0", 8) & CLOSE_ON_EXEC) === 0;
    } catch {
      return false; // it was that of the folder that is read
    }
  });
  if (open.length === 0) return [];
  const closed = open.map((fd) => `${fd}>&-`).join(" ");
  // The shell's own variables would be seen from inside.
  return ["bash", "-c", `exec ${closed}; exec env -i "PATH=$PATH" "$@"`, "-"];
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}

function javaFolders(): string[] {
  return [...Deno.readDirSync("/etc")].filter(({ name }) => name.startsWith("java-"))
    .map(({ name }) => `/etc/${name}`);
}

/** Ends a box whose processes are too many, or have too much memory, all together. */
async function watch(running: RunningProgram): Promise<void> {
  while (running.exit === undefined) {
    await pause(WATCH_MS);
    const pids = family(running.pid);
    if (pids.length > MAX_SANDBOX_PROCESSES) {
      running.excess ??= `started more than ${MAX_SANDBOX_PROCESSES} processes and was ended`;
    } else if (memoryOf(pids) > MAX_SANDBOX_BYTES) {
      running.excess ??= `used more than ${MAX_SANDBOX_BYTES / MB} MB of memory and was ended`;
    }
    if (running.excess !== undefined) await running.stop();
  }
}
