/**
 * A pseudo-terminal for the tests, made by `script` (bsdutils). The tests read the rows that it
 * would show.
 *
 * @module
 */
import { command, Program, type RunningServer } from "../harness.ts";

/** The keyboard takes a terminal without a size for one with 80 columns. */
const COLUMNS = 80;

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

/** The shell command that starts a client. */
export function clientLine(name: string, server: RunningServer, ...args: string[]): string {
  const words = command(name, ["-p", `${server.port}`, "-a", "127.0.0.1", ...args], {
    permissions: ["--allow-net", "--allow-sys=networkInterfaces"],
  });
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** Shell commands on a terminal of their own. */
export class Terminal extends Program {
  /**
   * Starts them.
   *
   * @param commands For `bash -c`.
   * @param term The value of `TERM`.
   */
  constructor(commands: string, term = "xterm") {
    super(["script", "-qefc", commands, "/dev/null"], {
      stdin: true,
      env: { SHELL: "/bin/bash", TERM: term },
    });
  }

  /** The rows on the screen. */
  get rows(): string[] {
    return screen(this.stdout.text).split("\n");
  }

  /** Waits until the screen matches. */
  shows(pattern: RegExp, limitMs?: number): Promise<RegExpMatchArray> {
    return this.stdout.match(pattern, limitMs, screen);
  }
}

/** Starts a client at a terminal and waits for its prompt. */
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
  /\x1b\[[0-?]*[ -/]*[@-~]|[\r\n]|[^\x1b\r\n]/gu;

/**
 * The lines that a terminal of {@linkcode COLUMNS} columns shows after this output: a line that
 * wraps over several rows is one. Each character has one column, and there is no last row.
 */
export function screen(output: string): string {
  let rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  const wrapped = new Set<number>(); // the rows that continue the row above
  for (const [token] of output.matchAll(TOKEN)) {
    if (token.startsWith("\x1b[") && token.endsWith("A")) row -= Number(token.slice(2, -1));
    else if (token === "\r") column = 0;
    else if (token === "\n") row++;
    else if (token === "\x1b[J") {
      if (column === 0) wrapped.delete(row);
      rows = [...rows.slice(0, row), rows[row].slice(0, column)];
    } else if (!token.startsWith("\x1b")) {
      if (column === COLUMNS) {
        column = 0;
        wrapped.add(++row);
      }
      (rows[row] ??= [])[column++] = token;
    }
    rows[row] ??= [];
  }
  return rows.map((row, i) => (i === 0 || wrapped.has(i) ? "" : "\n") + row.join("")).join("");
}
