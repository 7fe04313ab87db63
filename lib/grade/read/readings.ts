/**
 * The texts that bytes of a connection may contain: the plain bytes, and what the encodings of
 * submissions decode to (base64, hexadecimal, percent, JSON's `\u` escapes, masks).
 *
 * @module
 */
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { decodeTransfer, decompress } from "./transfer_encodings.ts";

/** Twice the longest answer of the lab; a longer reply is not decoded. */
const MAX_ENCODED_CHARS = 256 * 1024;
/** Longer bytes are decoded each time. */
const MAX_KNOWN_BYTES = 16_384;
/** The characters of all decoded texts that are kept. */
const MAX_KNOWN_CHARS = 4 * 1024 * 1024;
/** Maps each byte to a character of its own. */
const BYTES_AS_TEXT = new TextDecoder("latin1");
const BASE64 = /[A-Za-z0-9+/]{2,}={0,2}/g;
const DIGITS = /^[01]+$/;
const HEX = /(?:[0-9a-fA-F]{2}[ :-]?){2,}/g;
const PERCENT = /(?:%[0-9a-fA-F]{2})+/g;
const JSON_ESCAPE = /\\u([0-9a-fA-F]{4})/g;
const CONTROL = // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0e-\x1f\x7f\ufffd]/g;
/** Lengths of masks in bytes; WebSocket's has four. */
const MASK_BYTES = [1, 4];
/** Bytes that the mask must fit, beside those that it was computed from. */
const MIN_MASKED = 4;

/** Bytes as text without NUL bytes: padding and UTF-16 become readable. */
export function readable(bytes: Uint8Array): string {
  return lenientText(bytes.filter((byte) => byte !== 0));
}

/**
 * All texts that bytes may contain, the plainest first. A generator: the first text usually
 * holds the answer.
 *
 * @param wanted The text that is looked for: a mask is computed from it.
 * @param unmasked If the bytes hold this text, they are not masked. Without this rule, small
 * letters are capital letters under the mask 0x20.
 *
 * @example
 * ```ts
 * import { readings } from "./readings.ts";
 *
 * const sent = new TextEncoder().encode('{"text": "aGVsbG8="}');
 * console.assert([...readings(sent, "hello")].some((text) => text.includes("hello")));
 * ```
 */
export function* readings(bytes: Uint8Array, wanted: string, unmasked = ""): Generator<string> {
  const found = new Set<string>();
  for (const text of decodings(bytes, wanted, unmasked)) {
    if (!found.has(text)) yield text;
    found.add(text);
  }
}

function* decodings(bytes: Uint8Array, wanted: string, unmasked: string): Generator<string> {
  yield* knownDecodings(bytes);
  const isPlain = unmasked !== "" && readable(bytes).includes(unmasked);
  const content = isPlain ? undefined : unmask(bytes, utf8Bytes(wanted));
  if (content) yield lenientText(content);
}

/** What the same bytes decoded to before, as far as a caller has read: most bytes are judged again. */
const known = new Map<string, { texts: string[]; left: Generator<string> }>();
let knownChars = 0;

function* knownDecodings(bytes: Uint8Array): Generator<string> {
  if (bytes.length > MAX_KNOWN_BYTES) return yield* unmaskedDecodings(bytes);
  const key = BYTES_AS_TEXT.decode(bytes);
  if (!known.has(key)) {
    keep(key);
    known.set(key, { texts: [], left: unmaskedDecodings(bytes) });
  }
  const { texts, left } = known.get(key)!;
  for (let i = 0;; i++) {
    if (i === texts.length) {
      const { done, value } = left.next();
      if (done) return;
      keep(value);
      texts.push(value);
    }
    yield texts[i];
  }
}

/** Counts a kept text; at the limit all of them are forgotten. */
function keep(text: string): void {
  knownChars += text.length;
  if (knownChars <= MAX_KNOWN_CHARS) return;
  known.clear();
  knownChars = text.length;
}

function* unmaskedDecodings(bytes: Uint8Array): Generator<string> {
  for (const content of decodeTransfer(bytes)) {
    const plain = readable(content);
    yield plain;
    if (plain.length > MAX_ENCODED_CHARS) continue;
    yield plain.replace(BASE64, (run) => fromBase64(run) ?? run);
    yield plain.replace(HEX, (run) => decoded(hexBytes(run)));
    yield plain.replace(PERCENT, (run) => decoded(hexBytes(run)));
    yield plain.replace(JSON_ESCAPE, (_, code) => String.fromCharCode(parseInt(code, 16)));
    yield plain.replace(CONTROL, "");
  }
}

/** Bytes as text, decompressed if they are compressed. */
function decoded(bytes: Uint8Array<ArrayBuffer>): string {
  return readable(decompress(bytes) ?? bytes);
}

function fromBase64(run: string): string | undefined {
  if (DIGITS.test(run)) return undefined;
  try {
    return decoded(Uint8Array.from(atob(run), (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // no base64: the length is wrong
  }
}

function hexBytes(run: string): Uint8Array<ArrayBuffer> {
  const digits = run.replace(/[^0-9a-fA-F]/g, "").match(/../g) ?? [];
  return Uint8Array.from(digits, (byte) => parseInt(byte, 16));
}

/** Bytes without a repeated mask (XOR), from the place where they hold a text; undefined if none. */
function unmask(bytes: Uint8Array, wanted: Uint8Array): Uint8Array | undefined {
  for (const size of MASK_BYTES) {
    if (wanted.length < size + MIN_MASKED) continue;
    for (let at = 0; at + wanted.length <= bytes.length; at++) {
      // A reply may have a million places: allocate nothing for a place that does not fit.
      if (!isMasked(bytes, at, wanted, size)) continue;
      const mask = bytes.slice(at, at + size).map((byte, i) => byte ^ wanted[i]);
      if (mask.every((byte) => byte === 0)) continue;
      return bytes.slice(at).map((byte, i) => byte ^ mask[i % size]);
    }
  }
  return undefined;
}

/** Whether bytes at a place differ from a text by a mask that repeats after `size` bytes. */
function isMasked(bytes: Uint8Array, at: number, wanted: Uint8Array, size: number): boolean {
  for (let i = size; i < wanted.length; i++) {
    const before = bytes[at + i - size] ^ wanted[i - size];
    if ((bytes[at + i] ^ wanted[i]) !== before) return false;
  }
  return true;
}
