/**
 * What the terminal's own input needs, whoever edits the lines: raw mode, and an
 * end that leaves nothing to the shell.
 *
 * @module
 */
import { readStdin } from "../terminal/stdin.ts";

/** As much as one read may bring. */
const READ_BYTES = 65_536;
/** A paste has ended when nothing comes for so long. */
const QUIET_MS = 50;
/** A key that is held down never is quiet: not to wait longer than that in all. */
const DRAIN_MS = 5_000;
/** Where a terminal that gathers lines cuts them, in bytes (Linux: N_TTY_BUF_SIZE less the line's end). */
const CUT_BYTES = 4095;

/** Lets every key through as it is typed, Ctrl+C and Ctrl+Z excepted; or as before. */
export function setRaw(raw: boolean): void {
  try {
    if (raw) Deno.stdin.setRaw(true, { cbreak: true });
    else Deno.stdin.setRaw(false);
  } catch {
    // The terminal has gone: reading tells.
  }
}

const buffer = new Uint8Array(READ_BYTES);

/** What was typed, valid until the next call; null at the end of input. */
export async function readTerminal(): Promise<Uint8Array | null> {
  const count = await readStdin(buffer);
  return count === null ? null : buffer.subarray(0, count);
}

/** What else comes at once, as the rest of a paste does. The last `next` is left waiting. */
export async function* untilQuiet<T>(next: () => Promise<T | null>): AsyncGenerator<T> {
  const end = performance.now() + DRAIN_MS;
  while (performance.now() < end) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const quiet = new Promise<null>((resolve) => timer = setTimeout(resolve, QUIET_MS, null));
    const item = await Promise.race([next().catch(() => null), quiet]);
    clearTimeout(timer);
    if (item === null) return;
    yield item;
  }
}

/** What to say when an empty line has ended a session, and so many lines came after it. */
export function endedByEmptyLine(unsent: number): string {
  const rest = unsent === 0
    ? ""
    : unsent === 1
    ? "; the line after it was not sent"
    : `; the ${unsent} lines after it were not sent`;
  return `ended by an empty line${rest}`;
}

/** What to say of a line that the terminal has gathered and may have cut; undefined for others. */
export function perhapsCut(line: Uint8Array): string | undefined {
  return line.length === CUT_BYTES
    ? `This line may have been cut: the terminal takes only ${CUT_BYTES} bytes; ` +
      `send a longer one from a file or a pipe`
    : undefined;
}
