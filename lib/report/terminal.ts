/**
 * A terminal with one of the four programs, as a person uses it.
 *
 * @module
 */
import { PERMISSIONS } from "../cli/permissions.ts";
import { joinWords } from "../cli/shell_words.ts";
import { prove, waitInSilence } from "./evidence.ts";

const ROOT = new URL("../../", import.meta.url);
const LIMIT_MS = 60_000;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
/** Neither colours, nor a prompt, nor messages of Deno; and a shell that knows `$$`. */
const ENVIRONMENT = { NO_COLOR: "1", TERM: "dumb", DENO_NO_UPDATE_CHECK: "1", SHELL: "/bin/sh" };

/** The first line of a terminal: the process id of its shell, then of its program. */
const SHELL_ID = /^\d+\r?\n/;

/** The terminals whose programs run, for {@linkcode Terminal.killAll}. */
const running = new Set<Terminal>();

/** A program on a terminal. */
export class Terminal {
  #command: string;
  #child: Deno.ChildProcess;
  #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #text = "";
  #changed = Promise.withResolvers<void>();
  #closed: Promise<void>;

  /**
   * Starts a program.
   *
   * @param name Its name, such as `server1`.
   * @param args Its arguments.
   * @param before The words that start it elsewhere; not shown.
   */
  constructor(name: string, args: string[] = [], before: string[] = []) {
    this.#command = [`./${name}.ts`, ...args].join(" ");
    const run = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, `${name}.ts`, ...args];
    // The shell prints its process id, which the program takes over with exec.
    const words = [...before, "script", "-qefc", `echo $$; exec ${joinWords(run)}`, "/dev/null"];
    this.#child = new Deno.Command(words[0], {
      args: words.slice(1),
      cwd: ROOT,
      env: ENVIRONMENT,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.#closed = this.#gather();
    running.add(this);
  }

  /** Starts a server and waits until it listens, or a client until it is connected. */
  static async start(name: string, args?: string[], before?: string[]): Promise<Terminal> {
    const terminal = new Terminal(name, args, before);
    await terminal.shows(name.startsWith("server") ? "Interface: " : "('");
    return terminal;
  }

  /** Ends every program that still runs. */
  static async killAll(): Promise<void> {
    const children = [...running].map((terminal) => terminal.#child);
    for (const child of children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    }
    await Promise.all(children.map(({ status }) => status));
    running.clear();
  }

  /** The command and what the terminal shows, as a block of Markdown. */
  get block(): string {
    return ["```text", `$ ${this.#command}`, ...this.#lines, "```"].join("\n");
  }

  /** The requests of a client and their replies, in order. */
  get exchanges(): { sent: string; received: string }[] {
    const texts = (label: string) =>
      this.#lines.flatMap((line) => line.startsWith(label) ? line.slice(label.length) : []);
    const received = texts("Received: ");
    return texts("Sent: ").map((sent, i) => ({ sent, received: received[i] }));
  }

  /** Waits until the terminal shows a text, `times` times; fails if it does not. */
  async shows(text: string, times = 1): Promise<void> {
    const endAt = performance.now() + LIMIT_MS;
    while (this.#text.split(text).length <= times) {
      if (!await inTime(this.#changed.promise, endAt - performance.now())) {
        throw new Error(`Cannot see ${JSON.stringify(text)} on this terminal:\n${this.block}`);
      }
    }
  }

  /** Whether the terminal shows a text now. */
  has(text: string): boolean {
    return this.#text.includes(text);
  }

  /** Types a line and waits until the terminal shows its effect. */
  async type(line: string, effect: string): Promise<void> {
    const times = this.#text.split(effect).length;
    await this.#press(`${line}\n`);
    await this.shows(effect, times);
  }

  /** Types a line that has no reply yet. */
  async typeUnanswered(line: string): Promise<void> {
    await this.type(line, `Sent: ${line}`);
    await waitInSilence();
    prove(`there is no reply to ${line}`, !this.has("Received"));
  }

  /** Ends a client's input. */
  async typeCtrlD(): Promise<void> {
    await this.#press(CTRL_D);
  }

  /** Interrupts the program. */
  async typeCtrlC(): Promise<void> {
    await this.#press(CTRL_C);
  }

  /** Ends the program as `kill -9` does. */
  kill(): void {
    Deno.kill(Number(this.#text.match(SHELL_ID)![0]), "SIGKILL");
  }

  /** Fails unless the program runs. */
  async runsOn(): Promise<void> {
    prove(`${this.#command} still runs`, !await inTime(this.#closed, 0));
  }

  /** Fails unless the program ends by itself with this exit code. */
  async ends(code: number): Promise<void> {
    const ended = await inTime(this.#closed, LIMIT_MS);
    const outcome = ended ? `ended with ${(await this.#child.status).code}` : "still runs";
    prove(
      `${this.#command} ends with ${code}; it ${outcome}:\n${this.block}`,
      outcome === `ended with ${code}`,
    );
    running.delete(this);
  }

  /** Stops a server that would go on. */
  async stop(): Promise<void> {
    await this.typeCtrlC();
    await this.ends(0);
  }

  get #lines(): string[] {
    return this.#text.replace(SHELL_ID, "")
      .replaceAll(/\^[CD][\b]*/g, "") // the terminal's echo of Ctrl+C and Ctrl+D
      .replaceAll("\r\n", "\n")
      .trimEnd().split("\n");
  }

  async #press(keys: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(keys) as Uint8Array<ArrayBuffer>);
  }

  async #gather(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}

/** Waits for a promise, at most `limitMs`. Whether it has settled. */
async function inTime(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(resolve, limitMs, false));
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
