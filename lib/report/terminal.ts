/**
 * One of the four programs on a terminal of its own, as a person sees it.
 *
 * @module
 */
import { PERMISSIONS } from "../cli/permissions.ts";
import { joinWords } from "../cli/shell_words.ts";

const ROOT = new URL("../../", import.meta.url);
const LIMIT_MS = 10_000;
/** Long enough to see that a server does not answer. */
const SILENCE_MS = 500;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
/** What Deno itself says has no place on these terminals, nor have colours. */
const ENVIRONMENT = { NO_COLOR: "1", TERM: "dumb", DENO_NO_UPDATE_CHECK: "1" };

/** All that run, for {@linkcode Terminal.killAll}. */
const running = new Set<Terminal>();

/** A program on a terminal. */
export class Terminal {
  #command: string;
  #child: Deno.ChildProcess;
  #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #text = "";
  #changed = Promise.withResolvers<void>();
  #closed: Promise<void>;

  /** Starts a program. */
  constructor(name: string, args: string[] = []) {
    this.#command = [`./${name}.ts`, ...args].join(" ");
    const run = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, `${name}.ts`, ...args];
    // Without exec some shells stay between, and are ended by Ctrl+C whatever the program does.
    const words = `exec ${joinWords(run)}`;
    this.#child = new Deno.Command("script", {
      args: ["-qefc", words, "/dev/null"],
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
  static async start(name: string, args: string[] = []): Promise<Terminal> {
    const terminal = new Terminal(name, args);
    await terminal.shows(name.startsWith("server") ? "Interface: " : "('");
    return terminal;
  }

  /** Ends every program that still runs. */
  static async killAll(): Promise<void> {
    for (const { child } of [...running].map((terminal) => ({ child: terminal.#child }))) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    }
    await Promise.all([...running].map((terminal) => terminal.#child.status));
    running.clear();
  }

  /** What stands on it, as a block of Markdown. */
  get block(): string {
    return ["```text", `$ ${this.#command}`, ...this.#lines, "```"].join("\n");
  }

  /** What was sent and received, in order. */
  get exchanges(): { sent: string; received: string }[] {
    const texts = (label: string) =>
      this.#lines.flatMap((line) => line.startsWith(label) ? line.slice(label.length) : []);
    const received = texts("Received: ");
    return texts("Sent: ").map((sent, i) => ({ sent, received: received[i] }));
  }

  /** Waits for a text, `times` over; fails if it does not come. */
  async shows(text: string, times = 1): Promise<void> {
    const endAt = performance.now() + LIMIT_MS;
    while (this.#text.split(text).length <= times) {
      if (!await inTime(this.#changed.promise, endAt - performance.now())) {
        throw new Error(`Cannot see ${JSON.stringify(text)} on this terminal:\n${this.block}`);
      }
    }
  }

  /** Whether a text is there by now. */
  has(text: string): boolean {
    return this.#text.includes(text);
  }

  /** Types a line and waits for what it brings. */
  async type(line: string, brings: string): Promise<void> {
    const times = this.#text.split(brings).length;
    await this.#press(`${line}\n`);
    await this.shows(brings, times);
  }

  /** Types a line that brings nothing yet. */
  async typeInVain(line: string, unseen: string): Promise<void> {
    await this.#press(`${line}\n`);
    await inTime(this.#closed, SILENCE_MS);
    prove(`${unseen} is not there`, !this.has(unseen));
  }

  /** Ends a client as a person does. */
  async typeCtrlD(): Promise<void> {
    await this.#press(CTRL_D);
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

  /** Ends a server that would go on. */
  async stop(): Promise<void> {
    await this.#press(CTRL_C);
    await this.ends(0);
  }

  get #lines(): string[] {
    return this.#text
      .replaceAll(/\^[CD][\b]*/g, "") // the terminal's echo of Ctrl+C and Ctrl+D
      .replaceAll("\r\n", "\n")
      // A server writes stdout and stderr side by side: what was received comes first here.
      .replaceAll(/^(Connected|Sent)(.*)\n(server\d: .*)\n(Received: .*)$/gm, "$1$2\n$4\n$3")
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

/** The report must not say what the run does not show. */
export function prove(what: string, seen: boolean): void {
  if (!seen) throw new Error(`Cannot write the report: this is not so: ${what}`);
}

/** Waits for something for so long at most; whether it came. */
async function inTime(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(resolve, limitMs, false));
  const came = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return came;
}
