/**
 * Splits a stream of bytes into lines, with bounded memory.
 *
 * @module
 */
import { DelimiterStream } from "@std/streams";

/** Bytes whose memory is not shared. */
type Bytes = Uint8Array<ArrayBuffer>;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The lines of a stream, split at `\n` or `\r\n`; the last one may lack both. Iterate once: the
 * iteration reads the stream.
 *
 * @example
 * ```ts
 * const stream = new Blob(["one\ntwo\n"]).stream();
 * for await (const line of new Lines(stream, 1024)) console.log(line.length); // 3 and 3
 * ```
 */
export class Lines implements AsyncIterable<Uint8Array> {
  #stream: ReadableStream<Bytes>;
  #maxBytes: number;
  #arrived = 0; // line ends read from the stream
  #taken = 0; // lines returned

  /**
   * The lines of a stream.
   *
   * @param stream Chunks of any size.
   * @param maxBytes The longest line, in bytes. A longer one is cut beyond that, after at most one
   * more chunk, so that the caller sees that it is too long.
   */
  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>, maxBytes: number) {
    this.#stream = stream;
    this.#maxBytes = maxBytes;
  }

  /** Whether the next line has been read already. */
  get more(): boolean {
    return this.#taken < this.#arrived;
  }

  /** The lines, without their ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const lines = this.#stream
      .pipeThrough(this.#cutLongLines(this.#maxBytes + 2))
      .pipeThrough(new DelimiterStream(Uint8Array.of(NEWLINE), { disposition: "suffix" }));
    for await (const line of lines) {
      this.#taken++;
      if (line.length > 0) yield withoutEnd(line); // empty: nothing after the last newline
    }
  }

  /** Drops the bytes of a line beyond `maxBytes`, so that the splitter never holds more. */
  #cutLongLines(maxBytes: number): TransformStream<Bytes, Bytes> {
    let open = 0; // bytes of the line that has not ended
    return new TransformStream({
      transform: (chunk, controller) => {
        let start = 0; // offset of the last line in the chunk
        for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) this.#arrived++;
        if (start === 0) { // the whole chunk belongs to the open line
          const kept = Math.min(chunk.length, Math.max(0, maxBytes - open));
          if (kept > 0) controller.enqueue(chunk.subarray(0, kept));
          open += chunk.length;
          return;
        }
        const first = chunk.indexOf(NEWLINE);
        const kept = Math.min(first, Math.max(0, maxBytes - open));
        if (kept < first) controller.enqueue(chunk.subarray(0, kept));
        controller.enqueue(kept < first ? chunk.subarray(first) : chunk);
        open = chunk.length - start;
      },
    });
  }
}

function withoutEnd(line: Uint8Array): Uint8Array {
  let end = line.length;
  if (line[end - 1] === NEWLINE) {
    end--;
    if (line[end - 1] === RETURN) end--;
  }
  return line.subarray(0, end);
}
