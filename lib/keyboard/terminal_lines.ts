/**
 * Raw mode, and lines up to an empty one: also for a terminal that edits lines itself (`TERM=dumb`).
 *
 * @module
 */

/**
 * A paste has ended after this many pauses. One is not enough: on a busy machine a timer may run
 * before a read that has ended.
 */
const QUIET_PAUSES = 4;
const PAUSE_MS = 25;
/** The longest wait for that pause: a key that is held down makes none. */
const DRAIN_MS = 5_000;
/** A terminal cuts the lines that it edits at this length (Linux: N_TTY_BUF_SIZE less the line end). */
const CUT_BYTES = 4095;
const ADVICE = "send a longer one from a file or a pipe";

/**
 * Sets or ends raw mode: each key arrives as it is typed; Ctrl+C and Ctrl+Z still send signals.
 *
 * @example
 * ```ts
 * setRaw(true); // Deno.stdin.read() now returns after one key, without Enter
 * ```
 */
export function setRaw(raw: boolean): void {
  try {
    Deno.stdin.setRaw(raw, { cbreak: raw });
  } catch {
    // The terminal is gone: the next read fails, too.
  }
}

/**
 * The lines up to an empty one, which ends the session. The lines that were pasted after it are
 * read and counted, so that the shell does not run them.
 *
 * @param say Shows a message about the lines.
 * @param isEdited Whether the terminal edited a line, and may have cut it.
 * @param unfinished Takes what was pasted without a line end; returns how many lines that is.
 *
 * @example
 * ```ts
 * const lines = ReadableStream.from([Uint8Array.of(0x68, 0x69), new Uint8Array(0)]);
 * for await (const line of untilEmptyLine(lines, console.log)) console.log(line.length); // 2
 * ```
 */
export async function* untilEmptyLine(
  lines: AsyncIterable<Uint8Array>,
  say: (message: string) => void,
  isEdited: (line: Uint8Array) => boolean = () => true,
  unfinished: () => number = () => 0,
): AsyncGenerator<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  const next = async () => (await iterator.next()).value as Uint8Array | undefined;
  for (let line: Uint8Array | undefined; (line = await next()) !== undefined;) {
    if (line.length === 0) {
      const unsent = await countRest(next) + unfinished();
      const rest = unsent === 1 ? "the line after it was" : `the ${unsent} lines after it were`;
      return say(`ended by an empty line${unsent === 0 ? "" : `; ${rest} not sent`}`);
    }
    if (line.length === CUT_BYTES && isEdited(line)) {
      say(`This line may have been cut: the terminal takes only ${CUT_BYTES} bytes; ${ADVICE}`);
    }
    yield line;
  }
}

/** Reads lines until they pause, and counts those that are not empty. The last `next` stays pending. */
async function countRest(next: () => Promise<Uint8Array | undefined>): Promise<number> {
  setRaw(true); // also delivers a last line that has no line end
  let count = 0;
  const readLine = () => next().catch(() => undefined);
  let line = readLine();
  const end = performance.now() + DRAIN_MS;
  for (let pauses = 0; pauses < QUIET_PAUSES && performance.now() < end;) {
    const pause = new Promise<null>((resolve) => setTimeout(resolve, PAUSE_MS, null));
    const read = await Promise.race([line, pause]);
    if (read === undefined) break;
    if (read === null) {
      pauses++;
      continue;
    }
    if (read.length > 0) count++;
    line = readLine();
    pauses = 0;
  }
  setRaw(false);
  return count;
}
