/**
 * A terminal for the tests: the clients run on a real one, made by util-linux's
 * `script`, and what they draw on it is read as a person would.
 *
 * @module
 */
import { command, Program, type RunningServer } from "../harness.ts";

const COLUMNS = 80; // as wide as a terminal is taken to be that does not tell

/** Keys as a terminal sends them. */
export const KEYS = {
  enter: "\r",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  delete: "\x1b[3~",
  backspace: "\x7f",
};

/** Ctrl and a letter. */
export function ctrl(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) & 0x1f);
}

/** A client's command line, for a shell. */
export function clientLine(name: string, server: RunningServer, ...args: string[]): string {
  const words = command(name, ["-p", `${server.port}`, "-a", "127.0.0.1", ...args], {
    permissions: ["--allow-net", "--allow-sys=networkInterfaces"],
  });
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** A shell's commands on a terminal of their own. */
export class Terminal extends Program {
  /**
   * Starts them.
   *
   * @param commands For `bash -c`.
   * @param term What the terminal says it is.
   */
  constructor(commands: string, term = "xterm") {
    super(["script", "-qefc", commands, "/dev/null"], {
      stdin: true,
      env: { SHELL: "/bin/bash", TERM: term },
    });
  }

  /** What is on the screen, row by row. */
  get rows(): string[] {
    return screen(this.stdout.text).split("\n");
  }

  /** Waits until the screen matches. */
  shows(pattern: RegExp, limitMs?: number): Promise<RegExpMatchArray> {
    return this.stdout.match(pattern, limitMs, screen);
  }
}

/** A client at a keyboard that has shown its prompt. */
export async function atKeyboard(
  name: string,
  server: RunningServer,
  around = (line: string) => line,
): Promise<Terminal> {
  const terminal = new Terminal(around(clientLine(name, server)));
  try {
    await terminal.shows(/\n> $/);
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

const TOKEN = // deno-lint-ignore no-control-regex
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[78]|[\r\n]|[^\x1b\r\n]+/g;

/** The rows that a terminal shows after this; they are as long as they need to be. */
export function screen(output: string): string {
  const rows: string[] = [""];
  let column = 0;
  let saved = 0;
  for (const [token] of output.matchAll(TOKEN)) {
    const row = rows.length - 1;
    if (token === "\r") column = 0;
    else if (token === "\n") rows.push("");
    else if (token === "\x1b[K") rows[row] = rows[row].slice(0, column);
    else if (token === "\x1b7") saved = column;
    else if (token === "\x1b8") column = saved;
    else if (!token.startsWith("\x1b")) {
      rows[row] = rows[row].slice(0, column) + token + rows[row].slice(column + token.length);
      column += token.length;
    }
  }
  return rows.join("\n");
}

/** Whether a row fits on the terminal. */
export function fits(row: string): boolean {
  return row.length < COLUMNS;
}
