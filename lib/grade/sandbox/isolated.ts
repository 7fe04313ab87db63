/**
 * Runs one command of the instructor to its end in a sandbox without a network: its own folder
 * and the system's programs can be read, and only a small /tmp can be written.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { closingInherited, HELPER_ENV } from "./helpers.ts";
import { killTree } from "./proc.ts";
import { PROCESS_LIMITS } from "./sandbox.ts";
import { systemCallFilter } from "./seccomp.ts";
import { systemWalls } from "./start_in_sandbox.ts";
import { shownEtc, tools } from "./tools.ts";

const FOLDER = "/lab";
const TMP_BYTES = 64 * 1024 * 1024;
/** Folders of `/etc` with private keys. */
const KEYS = /^(?:ssl|pki)$/;
/** Output beyond this is dropped. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** A shell script that sets limits, and passes the seccomp filter (`$0`, escaped) to bubblewrap. */
const START = `${PROCESS_LIMITS}
exec 8<&0
printf %b "$0" | { exec 9<&0 0<&8 8<&-; exec "$@"; }`;

/**
 * Runs a command.
 *
 * @param folder The folder that it runs in, as an absolute path.
 * @param limitMs After this time it is killed.
 * @param sandboxed False where the machine allows no sandbox: it runs without one.
 * @returns Its output; without a code if it was killed.
 */
export async function runIsolated(
  words: string[],
  folder: string,
  input: Uint8Array<ArrayBuffer>,
  limitMs: number,
  sandboxed: boolean,
) {
  const [command, ...args] = sandboxed ? [...await walls(folder), ...words] : words;
  const child = new Deno.Command(command, {
    args,
    cwd: sandboxed ? "/" : folder,
    env: { ...HELPER_ENV, LANG: "C.UTF-8" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killTree(child.pid);
  }, limitMs);
  try {
    // A program that ends before it has read all input is no error.
    const writing = ReadableStream.from([input]).pipeTo(child.stdin).catch(() => {});
    const [stdout, stderr, { code }] = await Promise.all([
      read(child.stdout),
      read(child.stderr),
      child.status,
    ]);
    await writing;
    return { stdout, stderr, code: isLate ? undefined : code };
  } finally {
    clearTimeout(timer);
  }
}

async function walls(folder: string): Promise<string[]> {
  const shown = await tools();
  const filter = systemCallFilter();
  const escaped = Array.from(filter ?? [], (byte) => `\\0${byte.toString(8)}`).join("");
  const etc = shownEtc().filter((name) => !KEYS.test(name)).map((name) => `/etc/${name}`);
  const path = [...shown.flatMap(({ bin }) => bin ?? []), "/usr/local/bin:/usr/bin:/bin"].join(":");
  return [
    ...[...closingInherited(), "sh", "-c", START, escaped],
    ...["bwrap", ...filter ? ["--seccomp", "9"] : []],
    ...["--unshare-all", "--unshare-user", "--new-session", ...systemWalls()],
    ...etc.flatMap((name) => ["--ro-bind-try", name, name]),
    ...shown.flatMap(({ path, inside }) => ["--ro-bind", path, inside]),
    ...["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"],
    ...["--size", `${TMP_BYTES}`, "--tmpfs", "/tmp", "--ro-bind", folder, FOLDER],
    ...["--remount-ro", "/", "--chdir", FOLDER],
    ...["--setenv", "PATH", path, "--setenv", "HOME", "/tmp"],
  ];
}

async function read(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length <= MAX_OUTPUT_BYTES) pieces.push(piece);
  }
  return concat(pieces);
}
