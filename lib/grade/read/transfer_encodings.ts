/**
 * Transfer encodings: chunks (RFC 9112), WebSocket frames (RFC 6455), frames with a binary
 * length, netstrings, gzip and zlib. Payloads of several frames are joined. A new wire format is
 * a function in {@linkcode DECODERS}.
 *
 * @module
 */
import { concat, equals } from "@std/bytes";
import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";

/** Nested encodings that are decoded, such as gzip in chunks. */
const MAX_DEPTH = 3;
/** Decoded forms of one message that are kept; usual messages have two or three. */
const MAX_FORMS = 16;
/** Longer content is not decompressed. */
const MAX_COMPRESSED_BYTES = 16 * 1024;
/** Attempts to decompress one message: any bytes may look like a header. */
const MAX_HEADERS = 16;
/** Longer messages are not decoded, and content is decompressed up to this size. */
const MAX_BYTES = 64 * 1024;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,6})(?:;[^\r\n]{0,80})?\r?\n/;
const NETSTRING_SIZE = /^(\d{1,6}):/;
/** Digits of a length that is written as text, such as `0050` or `00000050`. */
const LENGTH_DIGITS = [4, 5, 6, 8, 10, 16];
const FORM = /^(?=.{0,80}=)[\w.*=&-]{0,99}[+%][\w.*+%=&-]*\s*$/;
const LENGTH_BYTES = [1, 2, 4, 8];
const TAG_BYTES = [0, 1, 2, 4];
const HEADER_END = "\r\n\r\n";
const GZIP = { magic: [0x1f, 0x8b, 0x08], headerBytes: 10, extra: 0x04, name: 0x08, comment: 0x10 };
const ZLIB = { first: 0x78, headerBytes: 2, divisor: 31 };
/** WebSocket: the bits and values of a frame's first two bytes. */
const WS = { opcode: 0x0f, reserved: 0x70, masked: 0x80, length: 0x7f, control: 0x08 };

type Bytes = Uint8Array<ArrayBuffer>;
type Decode = (bytes: Bytes) => Bytes | undefined;

/** In the order of trial: strict formats come first, because only `MAX_FORMS` forms are kept. */
const DECODERS: Decode[] = [
  (bytes) => fromChunks(bytes, 16),
  (bytes) => fromChunks(bytes, 10),
  fromNetstrings,
  ...LENGTH_DIGITS.flatMap((digits) =>
    [10, 16].map((radix): Decode => (bytes) => fromDigits(bytes, digits, radix))
  ),
  fromForm,
  fromWebSocket,
  ...LENGTH_BYTES.flatMap((size) =>
    TAG_BYTES.flatMap((tag) =>
      [false, true].map((little): Decode => (bytes) => fromFrames(bytes, tag, size, little))
    )
  ),
  decompress,
];

/** The bytes themselves, then the content of each encoding that fits them. */
export function* decodeTransfer(bytes: Uint8Array): Generator<Bytes> {
  const found: Bytes[] = [bytes.slice()];
  yield found[0];
  if (bytes.length > MAX_BYTES) return;
  let from = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const to = found.length;
    for (const one of found.slice(from, to)) {
      for (const decode of DECODERS) {
        const content = found.length < MAX_FORMS ? decode(one) : undefined;
        const isNew = content && content.length > 0 && !found.some((form) => equals(form, content));
        if (!isNew) continue;
        found.push(content);
        yield content;
      }
    }
    from = to;
  }
}

/** One character for each byte, so that indices agree. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Joins the chunks of a body; other bytes around them stay. */
function fromChunks(bytes: Bytes, radix: 10 | 16): Bytes | undefined {
  const text = latin1(bytes);
  const parts: Bytes[] = [];
  let count = 0;
  for (let at = 0; at < text.length;) {
    const head = CHUNK_SIZE.exec(text.slice(at, at + 96));
    const size = head ? parseInt(head[1], radix) : NaN;
    const start = at + (head?.[0].length ?? 0);
    const end = text.slice(start + size, start + size + 2).match(/^\r?\n|^$/)?.[0];
    if (size >= 0 && start + size <= text.length && end !== undefined) {
      parts.push(bytes.slice(start, start + size));
      at = start + size + end.length;
      count++;
      continue;
    }
    const line = text.indexOf("\n", at) + 1 || text.length;
    parts.push(bytes.slice(at, line));
    at = line;
  }
  return count > 0 ? concat(parts) : undefined;
}

/**
 * Joins the payloads of frames that fill the bytes; undefined if the bytes hold anything else.
 *
 * @param frameAt Where a frame that begins at an index has its payload; undefined if none begins there.
 * @param after Bytes between two payloads.
 */
function joined(
  bytes: Bytes,
  frameAt: (at: number) => { start: number; length: number } | undefined,
  after = 0,
): Bytes | undefined {
  const parts: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start = 0, length = Infinity } = frameAt(at) ?? {};
    if (start + length + after > bytes.length) return undefined;
    parts.push(bytes.slice(start, start + length));
    at = start + length + after;
  }
  return concat(parts);
}

/** Joins netstrings: `5:hello,`. */
function fromNetstrings(bytes: Bytes): Bytes | undefined {
  const text = latin1(bytes);
  return joined(bytes, (at) => {
    const [head, digits] = NETSTRING_SIZE.exec(text.slice(at, at + 8)) ?? ["", ""];
    const [start, length] = [at + head.length, Number(digits)];
    return head !== "" && text[start + length] === "," ? { start, length } : undefined;
  }, 1);
}

/** Joins the payloads of frames whose length is written in digits. */
function fromDigits(bytes: Bytes, digits: number, radix: number): Bytes | undefined {
  const text = latin1(bytes);
  const isLength = new RegExp(`^${radix === 10 ? "\\d" : "[\\da-f]"}{${digits}}$`, "i");
  return joined(bytes, (at) => {
    const head = text.slice(at, at + digits);
    return isLength.test(head) ? { start: at + digits, length: parseInt(head, radix) } : undefined;
  });
}

/** The fields of a form, `result=a+b&ok=1`, with their blanks and letters. */
function fromForm(bytes: Bytes): Bytes | undefined {
  const text = latin1(bytes);
  if (!FORM.test(text)) return undefined;
  const plain = text.replaceAll("+", " ")
    .replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/**
 * Joins the payloads of frames with a binary length.
 *
 * @param tag Bytes before the length field.
 * @param size Bytes of the length field.
 */
function fromFrames(bytes: Bytes, tag: number, size: number, little: boolean): Bytes | undefined {
  return joined(bytes, (at) => {
    const start = at + tag + size;
    const header = bytes.slice(at + tag, start);
    const length = (little ? header.reverse() : header).reduce((sum, byte) => sum * 256 + byte, 0);
    return { start, length };
  });
}

/** Joins the payloads of WebSocket frames, after the handshake if there is one. */
function fromWebSocket(bytes: Bytes): Bytes | undefined {
  const text = latin1(bytes);
  const parts: Bytes[] = [];
  const end = /^(GET |HTTP\/)/.test(text) ? text.indexOf(HEADER_END) : -HEADER_END.length;
  if (end === -1) return undefined; // the handshake is not complete
  let at = end + HEADER_END.length;
  while (at < bytes.length) {
    const [first, second] = [bytes[at], bytes[at + 1] ?? WS.length];
    if (first & WS.reserved) return undefined;
    let length = second & WS.length;
    at += 2;
    if (length > 125) {
      const size = length === 126 ? 2 : 8;
      length = bytes.slice(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
      at += size;
    }
    const mask = second & WS.masked ? bytes.slice(at, at + 4) : new Uint8Array(4);
    if (second & WS.masked) at += 4;
    if (at + length > bytes.length) return undefined;
    const payload = bytes.slice(at, at + length).map((byte, i) => byte ^ mask[i % 4]);
    if ((first & WS.opcode) < WS.control) parts.push(payload);
    at += length;
  }
  return concat(parts);
}

/** Decompresses the first gzip or zlib stream; bytes before it stay. Undefined if there is none. */
export function decompress(bytes: Bytes): Bytes | undefined {
  if (bytes.length > MAX_COMPRESSED_BYTES) return undefined;
  let headers = 0;
  for (let at = 0; at + 2 < bytes.length && headers < MAX_HEADERS; at++) {
    const start = compressedAt(bytes, at);
    if (start === undefined) continue;
    headers++;
    try {
      const options = { maxOutputLength: MAX_BYTES };
      const content = new Uint8Array(inflateRawSync(bytes.subarray(start), options));
      if (content.length > MAX_BYTES) continue; // Deno 2.4 ignores `maxOutputLength`
      return concat([bytes.slice(0, at), content]);
    } catch {
      // Not compressed, or longer than the limit.
    }
  }
  return undefined;
}

/** The index of the compressed data after a header at `at`; undefined if there is no header. */
function compressedAt(bytes: Bytes, at: number): number | undefined {
  const isZlib = bytes[at] === ZLIB.first &&
    (bytes[at] * 256 + bytes[at + 1]) % ZLIB.divisor === 0;
  if (isZlib) return at + ZLIB.headerBytes;
  if (!GZIP.magic.every((byte, i) => bytes[at + i] === byte)) return undefined;
  const flags = bytes[at + GZIP.magic.length];
  let start = at + GZIP.headerBytes;
  if (flags & GZIP.extra) start += 2 + bytes[start] + 256 * bytes[start + 1];
  for (const flag of [GZIP.name, GZIP.comment]) {
    if (flags & flag) start = bytes.indexOf(0, start) + 1 || bytes.length;
  }
  return start;
}
