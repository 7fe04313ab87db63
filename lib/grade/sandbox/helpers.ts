/**
 * The grader's own commands. They run outside a sandbox, without the grader's environment, its
 * terminal and its inherited descriptors.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { killTree } from "./proc.ts";
import { within } from "./waiting.ts";
import { isFile, namesIn, textOf } from "./paths.ts";
import { SHELL_END_LIMIT_MS, SHELL_LIMIT_MS } from "./limits.ts";

/** The whole environment of the grader's commands. */
export const HELPER_ENV: Record<string, string> = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
const CLOSE_ON_EXEC = 0o2000000;
/** Marks the end of a command's output; no command of the grader prints this text. */
const DONE = "\x01done";

/** Runs a command of the grader to its end. */
export function runHelper(
  [command, ...args]: string[],
  stderr: "null" | "piped" = "null",
): Promise<Deno.CommandOutput> {
  const options = { env: HELPER_ENV, clearEnv: true, cwd: "/", stdin: "null", stderr } as const;
  return new Deno.Command(command, { args, ...options }).output();
}

/** A random user ID that no machine uses; undefined unless the grader is root on Linux. */
export function unusedUid(): number | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return undefined;
  return 2_000_000 + crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000;
}

/** Whether a command is installed. */
export function onPath(command: string): boolean {
  return HELPER_ENV.PATH.split(":").some((folder) => isFile(`${folder}/${command}`));
}

/**
 * The words before a command that close the file descriptors which the grader inherited: a sandbox
 * would inherit them too. Deno closes its own descriptors itself.
 */
export function closingInherited(): string[] {
  return closing ??= findInherited();
}

let closing: string[] | undefined;

function findInherited(): string[] {
  const open = namesIn("/proc/self/fd").filter((fd) => {
    // readDir() listed its own descriptor, which is closed by now: it has no flags.
    const flags = textOf(`/proc/self/fdinfo/${fd}`).match(/flags:\s*(\d+)/)?.[1];
    return Number(fd) > 2 && flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  });
  if (open.length === 0) return [];
  const closed = open.map((fd) => `${fd}>&-`).join(" ");
  // `env -i` removes the variables that bash itself exports.
  return ["bash", "-c", `exec ${closed}; exec env -i "PATH=$PATH" "$@"`, "-"];
}

/**
 * A shell that holds namespaces and mounts. It reads commands from a pipe and ends when the pipe is
 * closed. The kernel closes the pipe when the grader ends, also after `kill -9`.
 */
export class HolderShell {
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #output: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #last: Promise<unknown> = Promise.resolve();

  /** Starts a shell. @param words The words that lead to `sh`, such as `unshare -n sh`. */
  constructor(words: string[]) {
    // A new session: no descendant has the grader's terminal as its controlling terminal.
    const [word, ...args] = [...closingInherited(), "setsid", ...words];
    this.#child = new Deno.Command(word, {
      args,
      env: HELPER_ENV,
      clearEnv: true,
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.#output = this.#child.stdout.getReader();
  }

  /** The ID of the process that the grader started. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Runs commands, one after another.
   *
   * @returns What they printed.
   * @throws {Failure} If one fails, or takes too long.
   */
  run(commands: string): Promise<string> {
    const running = this.#last.then(() => within(this.#run(commands), SHELL_LIMIT_MS));
    this.#last = running.catch(() => {});
    return running.then((said) => {
      if (said !== undefined) return said;
      throw new Failure("Cannot make a sandbox: this machine refuses it, or is too slow");
    });
  }

  async #run(commands: string): Promise<string | undefined> {
    await this.#input.write(utf8Bytes(`{ ${commands}\n} < /dev/null; echo "${DONE} $?"\n`));
    let said = "";
    for (;;) {
      const { value } = await this.#output.read();
      if (!value) return undefined;
      said += lenientText(value);
      const end = said.indexOf(DONE);
      if (end < 0 || !said.endsWith("\n")) continue;
      return said.slice(end + DONE.length).trim() === "0" ? said.slice(0, end) : undefined;
    }
  }

  async close(): Promise<void> {
    await within(this.#input.close().catch(() => {}), SHELL_END_LIMIT_MS);
    if (await within(this.#child.status, SHELL_END_LIMIT_MS) === undefined) {
      killTree(this.pid);
      await this.#child.status;
    }
    await this.#output.cancel().catch(() => {});
  }

  /** Kills the shell and every process that descends from it. */
  async kill(): Promise<void> {
    killTree(this.pid);
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    await this.#output.cancel().catch(() => {});
  }
}
