/**
 * Reading stdin, whatever has been done to it: whoever shares it may have set it
 * not to block, and Deno 2.4 then fails where it should wait.
 *
 * @module
 */

/** As much as one read may bring. */
const READ_BYTES = 65_536;
/** How long to leave an input alone that has nothing and is set not to block. */
const WOULD_BLOCK_PAUSE_MS = 5;

/**
 * Reads what is there, and waits until something is.
 *
 * @param into Where the bytes go.
 * @returns How many came; null at the end of input.
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
 * @param explain What it fails with if it cannot be read.
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
