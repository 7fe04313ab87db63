/**
 * What a test needs besides Deno. A test is skipped if something is missing, and its name then says
 * what. `tests/run.ts` counts the skipped tests.
 *
 * @module
 */
import { inNetwork } from "./network.ts";

/** The programs that tests start, and the Debian package of each. */
export const PACKAGES = {
  bash: "bash",
  bwrap: "bubblewrap",
  chromium: "chromium",
  gcc: "gcc",
  go: "golang-go",
  haproxy: "haproxy",
  ip: "iproute2",
  mount: "mount",
  node: "nodejs",
  nsenter: "util-linux",
  prlimit: "util-linux",
  python3: "python3",
  script: "bsdutils",
  setpriv: "util-linux",
  setsid: "util-linux",
  socat: "socat",
  ss: "iproute2",
  sysctl: "procps",
  tmux: "tmux",
  tshark: "tshark",
  unshare: "util-linux",
} as const;

/** A program on PATH. */
export type ProgramName = keyof typeof PACKAGES;

/**
 * A need other than one program:
 *
 * - `linux`: Linux itself, such as /proc or libc.
 * - `x86_64`: the processor for which the sandbox filters system calls.
 * - `signals`: signals other than SIGKILL.
 * - `root`: root on the machine, not in a user namespace.
 * - `namespaces`: the right to make a user namespace.
 * - `eth1`: a private network with an `eth1`.
 * - `sandboxes`: the grader's sandboxes.
 * - `browser`: Chromium or Chrome.
 * - `denort`: the base of `deno compile`.
 */
export type Capability =
  | "linux"
  | "x86_64"
  | "signals"
  | "root"
  | "namespaces"
  | "eth1"
  | "sandboxes"
  | "browser"
  | "denort";

/** What a test needs. */
export type Need = ProgramName | Capability;

/** Marks the name of a skipped test; the list of what is missing follows. */
const MARK = " (skipped, missing: ";

const IN_NETWORK: ProgramName[] = ["unshare", "nsenter", "bash", "ip"];
const IN_BOX: ProgramName[] = [
  ...["bwrap", "socat", "ip", "ss", "unshare", "nsenter", "setpriv", "prlimit", "script"] as const,
];
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const BASE_SITE = "https://dl.deno.land/";

/** A test that is skipped if one of its needs is missing. */
export function needing(
  needs: readonly Need[],
  definition: Deno.TestDefinition,
): Deno.TestDefinition {
  const missing = [...new Set(needs.flatMap(lacks))];
  if (missing.length === 0) return definition;
  return { ...definition, name: `${definition.name}${MARK}${missing.join(", ")})`, ignore: true };
}

/** What is missing, from the name of a skipped test; empty if the name does not say. */
export function missingOf(name: string): string[] {
  const at = name.lastIndexOf(MARK);
  return at < 0 ? [] : name.slice(at + MARK.length, -1).split(", ");
}

/** Whether nothing is missing. */
export function met(...needs: Need[]): boolean {
  return needs.every((need) => lacks(need).length === 0);
}

/** The name of a browser on this machine; undefined if there is none. */
export function findBrowser(): string | undefined {
  return BROWSERS.find((name) => onPath(name) && succeeds([name, "--version"]));
}

const answers = new Map<Need, string[]>();

/** What is missing for a need: packages, or words. The answer is kept. */
function lacks(need: Need): string[] {
  const missing = answers.get(need) ?? look(need);
  answers.set(need, missing);
  return missing;
}

function look(need: Need): string[] {
  if (need === "signals") return Deno.build.os === "windows" ? ["signals"] : [];
  if (need === "denort") return hasBase() ? [] : ["denort"];
  // On other systems the programs have other options.
  if (Deno.build.os !== "linux") return ["Linux"];
  if (need === "linux") return [];
  if (need === "x86_64") return Deno.build.arch === need ? [] : ["an x86-64 processor"];
  if (need === "root") return isRoot() ? [] : ["root"];
  if (need === "browser") return findBrowser() ? [] : [PACKAGES.chromium];
  if (need === "namespaces") return lacksWith(["unshare"], ["unshare", "--user", "true"]);
  if (need === "eth1") return lacksWith(IN_NETWORK, [...inNetwork("exec", "-m"), "true"]);
  if (need === "sandboxes") {
    const box = ["bwrap", "--unshare-user", "--unshare-net", "--unshare-pid"];
    return lacksWith(IN_BOX, [...box, "--ro-bind", "/", "/", "true"]);
  }
  return onPath(need) ? [] : [PACKAGES[need]];
}

/** The missing packages. If there are none, whether the command is allowed to make namespaces. */
function lacksWith(programs: ProgramName[], command: string[]): string[] {
  const packages = programs.flatMap(lacks);
  return packages.length > 0 || succeeds(command) ? packages : ["user namespaces"];
}

function isRoot(): boolean {
  const allUsers = /^\s*0\s+0\s+4294967295$/m;
  return Deno.uid() === 0 && allUsers.test(Deno.readTextFileSync("/proc/self/uid_map"));
}

function hasBase(): boolean {
  if (Deno.env.get("DENORT_BIN")) return true;
  const fetching = `await fetch("${BASE_SITE}", { signal: AbortSignal.timeout(5000) })`;
  return succeeds([Deno.execPath(), "eval", fetching]) && downloadsBase();
}

/** Whether Deno has downloaded its base, or can: it keeps the base, and the test needs no network. */
function downloadsBase(): boolean {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/empty.ts`, "");
    const output = ["--output", `${folder}/empty`, `${folder}/empty.ts`];
    const compile = [Deno.execPath(), "compile", "--no-config", ...output];
    return succeeds(compile) || succeeds(compile); // a download may fail once
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A folder that Deno adds to the PATH: its `node` is Deno. */
const DENO_AS_NODE = "/node_compat_bin";

function onPath(program: string): boolean {
  return Deno.env.get("PATH")!.split(":").some((folder) => {
    if (folder.endsWith(DENO_AS_NODE)) return false;
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

function succeeds([program, ...args]: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
