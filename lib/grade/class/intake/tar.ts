/**
 * Reads a tar archive as a stream, with the long names of GNU and of POSIX (pax).
 * The format: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 *
 * @module
 */

const BLOCK_BYTES = 512;
/** A long name or a pax header; far more than any path may have. */
const MAX_HEADER_BYTES = 65_536;

/** What a tar archive holds: a file, a folder, or what is neither. */
export interface TarEntry {
  /** Its name, as it stands there. */
  name: string;
  /** Links and devices are `other`. */
  kind: "file" | "folder" | "other";
  /** Its length in bytes. */
  size: number;
  /** Its permissions. */
  mode: number;
  /** Its content; what is not read is skipped. */
  content: AsyncIterable<Uint8Array>;
}

const decoder = new TextDecoder();

/**
 * The entries of a tar archive, in their order.
 *
 * @throws {SyntaxError} If it is damaged or cut short.
 */
export async function* readTar(stream: ReadableStream<Uint8Array>): AsyncGenerator<TarEntry> {
  const blocks = new Blocks(stream);
  let next: { name?: string; size?: number } = {};
  for (;;) {
    const header = await blocks.read(BLOCK_BYTES);
    if (header === null || header.every((byte) => byte === 0)) return;
    assertChecksum(header);
    const type = String.fromCharCode(header[156]);
    const size = next.size ?? readNumber(header.subarray(124, 136));
    if ("LxgK".includes(type)) {
      if (size > MAX_HEADER_BYTES) throw new SyntaxError("a name in it is too long");
      const text = decoder.decode(await blocks.padded(size));
      if (type === "L") next.name = text.replace(/\0.*$/s, "");
      if (type === "x") next = { ...next, ...readPax(text) };
      continue;
    }
    const prefix = readText(header.subarray(345, 500));
    const short = readText(header.subarray(0, 100));
    const isUstar = readText(header.subarray(257, 262)) === "ustar" && header[262] === 0;
    const name = next.name ?? (isUstar && prefix ? `${prefix}/${short}` : short);
    const isFile = type === "0" || type === "\0";
    const content = blocks.content(size);
    yield {
      name,
      kind: type === "5" || (isFile && name.endsWith("/")) ? "folder" : isFile ? "file" : "other",
      size,
      mode: readNumber(header.subarray(100, 108)),
      content,
    };
    for await (const _ of content); // skips what was not read
    await blocks.read((BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES);
    next = {};
  }
}

/** A stream cut into pieces of the wanted length. */
class Blocks {
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** So many bytes; null if the stream ends before the first. */
  async read(length: number): Promise<Uint8Array | null> {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const piece = await this.#piece(length - at);
      if (piece === null && at === 0) return null;
      if (piece === null) throw new SyntaxError("it is cut short");
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** A header's content, and what fills up its last block. */
  async padded(size: number): Promise<Uint8Array> {
    const bytes = await this.read(Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES);
    if (bytes === null) throw new SyntaxError("it is cut short");
    return bytes.subarray(0, size);
  }

  /** A file's content, which can be read once, in as many goes as are wanted. */
  content(size: number): AsyncIterable<Uint8Array> {
    let left = size;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (left === 0) return { done: true, value: undefined };
      const value = await this.#piece(left);
      if (value === null) throw new SyntaxError("it is cut short");
      left -= value.length;
      return { done: false, value };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  async #piece(max: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}

/** The sum of a header's bytes stands in it, and counts as eight blanks itself. */
function assertChecksum(header: Uint8Array): void {
  const sum = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== readNumber(header.subarray(148, 156))) {
    throw new SyntaxError("it is no tar archive, or damaged");
  }
}

/** Octal digits, or GNU's bytes for what is larger than those can say. */
function readNumber(field: Uint8Array): number {
  let value = 0;
  if (field[0] & 0x80) {
    for (const byte of field.subarray(1)) value = value * 256 + byte;
  } else {
    value = parseInt(readText(field).trim() || "0", 8);
  }
  if (Number.isSafeInteger(value)) return value;
  throw new SyntaxError("it is damaged");
}

function readText(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Lines of `LENGTH KEY=VALUE`. */
function readPax(text: string): { name?: string; size?: number } {
  const path = text.match(/^\d+ path=(.*)$/m)?.[1];
  const size = text.match(/^\d+ size=(\d+)$/m)?.[1];
  return {
    ...path !== undefined && { name: path },
    ...size !== undefined && { size: Number(size) },
  };
}
