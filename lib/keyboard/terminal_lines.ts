/**
 * Lines that the terminal itself edits, with `-q` or `TERM=dumb`; and what the keyboard shares.
 *
 * @module
 */

/** A paste has ended after this pause. */
const QUIET_MS = 50;
/** The longest wait for that pause: a key that is held down makes none. */
const DRAIN_MS = 5_000;
/** A terminal cuts the lines that it edits at this length (Linux: N_TTY_BUF_SIZE less the line end). */
const CUT_BYTES = 4095;

/** Sets or ends raw mode: each key arrives as it is typed; Ctrl+C and Ctrl+Z still send signals. */
export function setRaw(raw: boolean): void {
  try {
    if (raw) Deno.stdin.setRaw(true, { cbreak: true });
    else Deno.stdin.setRaw(false);
  } catch {
    // The terminal is gone: the next read fails, too.
  }
}

/** What arrives until a pause, as the rest of a paste does. The last `next` stays pending. */
export async function* untilQuiet<T>(next: () => Promise<T | null>): AsyncGenerator<T> {
  const end = performance.now() + DRAIN_MS;
  while (performance.now() < end) {
    const pause = new Promise<null>((resolve) => setTimeout(resolve, QUIET_MS, null));
    const item = await Promise.race([next().catch(() => null), pause]);
    if (item === null) return;
    yield item;
  }
}

/** The message for an empty line that ended the session, with `unsent` lines after it. */
export function endedByEmptyLine(unsent: number): string {
  const rest = unsent === 1 ? "the line after it was" : `the ${unsent} lines after it were`;
  return `ended by an empty line${unsent === 0 ? "" : `; ${rest} not sent`}`;
}

/** Calls `say` for a line that is as long as those that the terminal has cut. */
export function reportCut({ length }: Uint8Array, say: (message: string) => void): void {
  if (length !== CUT_BYTES) return;
  say(
    `This line may have been cut: the terminal takes only ${CUT_BYTES} bytes; ` +
      `send a longer one from a file or a pipe`,
  );
}

/**
 * The lines up to an empty one, which ends the session. The lines that were pasted after it are
 * read and counted, so that the shell does not run them.
 *
 * @param lines The lines that the terminal sends.
 * @param say Shows a message about the lines.
 */
export async function* terminalLines(
  lines: AsyncIterable<Uint8Array>,
  say: (message: string) => void,
): AsyncGenerator<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  const next = async () => (await iterator.next()).value ?? null;
  for (let line: Uint8Array | null; (line = await next()) !== null;) {
    if (line.length === 0) {
      setRaw(true); // also delivers a last line that has no line end
      let unsent = 0;
      for await (const rest of untilQuiet<Uint8Array>(next)) unsent += rest.length > 0 ? 1 : 0;
      setRaw(false);
      return say(endedByEmptyLine(unsent));
    }
    reportCut(line, say);
    yield line;
  }
}
