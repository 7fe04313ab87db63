/**
 * A stream of bytes as lines, in memory that no line can exhaust.
 *
 * @module
 */
import { DelimiterStream } from "@std/streams";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Splits a stream at `\n` or `\r\n`; a last line without either counts too.
 *
 * @param stream Chunks of any size.
 * @param most The longest line wanted, in bytes. Of a longer one `most + 1` or
 * `most + 2` bytes come through: enough to tell that it is too long.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  most: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const lines = stream
    .pipeThrough(cutLongLines(most + 2))
    .pipeThrough(
      new DelimiterStream(Uint8Array.of(NEWLINE), { disposition: "suffix" }),
    );
  for await (const line of lines) {
    if (line.length > 0) yield withoutEnd(line); // empty: nothing after the last newline
  }
}

function withoutEnd(line: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let end = line.length;
  if (line[end - 1] === NEWLINE) {
    end--;
    if (line[end - 1] === RETURN) end--;
  }
  return line.subarray(0, end);
}

/** Drops what a line has beyond `most` bytes, so that splitting never gathers more. */
function cutLongLines(
  most: number,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0; // of the line that is still open
  return new TransformStream({
    transform(chunk, controller) {
      const first = chunk.indexOf(NEWLINE);
      const open = first < 0 ? chunk.length : first;
      const kept = Math.min(open, Math.max(0, most - length));
      if (kept === open) {
        controller.enqueue(chunk); // nearly always
      } else {
        controller.enqueue(chunk.subarray(0, kept));
        if (first >= 0) controller.enqueue(chunk.subarray(first));
      }
      length = first < 0 ? length + chunk.length : chunk.length - 1 - chunk.lastIndexOf(NEWLINE);
    },
  });
}
