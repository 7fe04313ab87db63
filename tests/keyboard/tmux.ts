/**
 * A terminal with rows and columns for the tests: tmux.
 *
 * @module
 */
import { bytes, LIMIT_MS } from "../harness.ts";

const POLL_MS = 20;
/** No test needs more rows. */
const ROWS = 40;

/** What a terminal shows from its last prompt on. */
export interface Shown {
  /** The rows; all blanks at their ends are left out. */
  rows: string[];
  /** The cursor's row and column from the prompt's beginning. */
  cursor: [row: number, column: number];
}

/** A tmux server of its own with one window; `await using` ends it. */
export class Tmux implements AsyncDisposable {
  #socket = `lab-${crypto.randomUUID()}`;
  #columns: number;

  private constructor(columns: number) {
    this.#columns = columns;
  }

  /** Starts a shell command in a window. */
  static async start(command: string, columns: number): Promise<Tmux> {
    const tmux = new Tmux(columns);
    const size = ["-x", `${columns}`, "-y", `${ROWS}`];
    const keep = `${command}; exec sleep 600`;
    await tmux.#run("new-session", "-d", ...size, keep, ";", "set", "status", "off");
    await tmux.resize(columns);
    return tmux;
  }

  /** Types text or keys. */
  async type(input: string): Promise<void> {
    const hex = Array.from(bytes(input), (byte) => byte.toString(16).padStart(2, "0"));
    for (let at = 0; at < hex.length; at += 500) {
      await this.#run("send-keys", "-H", ...hex.slice(at, at + 500));
    }
  }

  /** Changes the window's width. */
  async resize(columns: number): Promise<void> {
    this.#columns = columns;
    await this.#run("resize-window", "-x", `${columns}`, "-y", `${ROWS}`);
  }

  /** What the window shows now. */
  async shown(): Promise<Shown> {
    const output = await this.#run(
      ...["display", "-p", "#{cursor_y} #{cursor_x} #{history_size}", ";"],
      ...["capture-pane", "-p", "-S", "-1000"],
    );
    const [numbers, ...all] = output.trimEnd().split("\n");
    const rows = all.map((row) => row.trimEnd());
    const prompt = rows.findLastIndex((row) => row.startsWith(">"));
    const [y, x, above] = numbers.split(" ").map(Number);
    const full = x >= this.#columns; // the cursor waits in the last column
    const row = y + above - prompt + (full ? 1 : 0);
    return { rows: rows.slice(prompt), cursor: [row, full ? 0 : x] };
  }

  /** Waits until the window shows what `wanted` accepts. Returns what it shows at the end. */
  async shows(wanted: (shown: Shown) => boolean | Promise<boolean>): Promise<Shown> {
    const end = performance.now() + LIMIT_MS;
    for (;;) {
      const shown = await this.shown();
      if (await wanted(shown) || performance.now() > end) return shown;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
  }

  async #run(...args: string[]): Promise<string> {
    const { stdout } = await new Deno.Command("tmux", {
      args: ["-u", "-f", "/dev/null", "-L", this.#socket, ...args],
      env: { TMUX: "", LC_ALL: "C.UTF-8", NO_COLOR: "1", SHELL: "/bin/sh" },
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  }
}
