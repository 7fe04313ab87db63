/**
 * Reads stdin, also if another process has set it to non-blocking: Deno 2.4 then fails where it
 * should wait.
 *
 * @module
 */

/** The largest read. */
const READ_BYTES = 65_536;
/** The pause before another read of a non-blocking input that has nothing. */
const WOULD_BLOCK_PAUSE_MS = 5;

/**
 * Reads available bytes; waits if there are none.
 *
 * @param into Where the bytes go.
 * @returns How many bytes; null at the end of input.
 *
 * @example
 * ```ts
 * const buffer = new Uint8Array(1024);
 * const count = await readStdin(buffer);
 * if (count !== null) console.log(buffer.subarray(0, count));
 * ```
 */
export async function readStdin(into: Uint8Array): Promise<number | null> {
  for (;;) {
    try {
      return await Deno.stdin.read(into);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, WOULD_BLOCK_PAUSE_MS));
    }
  }
}

/**
 * Stdin as a stream.
 *
 * @param explain Makes the error for a read that fails.
 *
 * @example
 * ```ts
 * const stream = stdinStream((error) => new Error(`Cannot read the input: ${error}`));
 * for await (const bytes of stream) console.log(bytes.length);
 * ```
 */
export function stdinStream(
  explain: (error: unknown) => Error,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const bytes = new Uint8Array(READ_BYTES);
      const count = await readStdin(bytes).catch((error) => {
        throw explain(error);
      });
      if (count === null) controller.close();
      else controller.enqueue(bytes.subarray(0, count));
    },
  }, { highWaterMark: 1 });
}
