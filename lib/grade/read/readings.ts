/**
 * Bytes of a connection as texts: as they are, and decoded from the encodings that
 * submissions use on the wire.
 *
 * @module
 */
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { decodeTransfer, decompress } from "./transfer_encodings.ts";

/** The longest answer of the lab has half as many; a longer reply is read as it is. */
const MAX_ENCODED_CHARS = 256 * 1024;
const BASE64 = /[A-Za-z0-9+/]{2,}={0,2}/g;
const DIGITS = /^[01]+$/;
const HEX = /(?:[0-9a-fA-F]{2}[ :-]?){4,}/g;
const PERCENT = /(?:%[0-9a-fA-F]{2})+/g;
const JSON_ESCAPE = /\\u([0-9a-fA-F]{4})/g;
const CONTROL = // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0e-\x1f\x7f\ufffd]/g;
/** The lengths of masks; WebSocket's has four bytes. */
const MASK_BYTES = [1, 4];
/** How many bytes, beside those that gave the mask, must fit it. */
const MIN_MASKED = 4;

/** Bytes as text: no byte order marks, no padding. */
export function readable(bytes: Uint8Array): string {
  return lenientText(bytes.filter((byte) => byte !== 0));
}

/**
 * All texts that bytes may contain, the plainest first. Each is made when it is asked for: the
 * first one usually holds the answer.
 *
 * @param wanted The text that is looked for: bytes that hold it under a mask are unmasked.
 * @param unmasked Bytes that hold this text are under no mask: small letters are not capital
 * ones under the mask 0x20.
 */
export function* readings(bytes: Uint8Array, wanted: string, unmasked = ""): Generator<string> {
  const found = new Set<string>();
  for (const text of decodings(bytes, wanted, unmasked)) {
    if (!found.has(text)) yield text;
    found.add(text);
  }
}

function* decodings(bytes: Uint8Array, wanted: string, unmasked: string): Generator<string> {
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
  const isPlain = unmasked !== "" && readable(bytes).includes(unmasked);
  const content = isPlain ? undefined : unmask(bytes, utf8Bytes(wanted));
  if (content) yield lenientText(content);
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
    return undefined; // its length does not fit
  }
}

function hexBytes(run: string): Uint8Array<ArrayBuffer> {
  const digits = run.replace(/[^0-9a-fA-F]/g, "").match(/../g) ?? [];
  return Uint8Array.from(digits, (byte) => parseInt(byte, 16));
}

/** Bytes from the place where they hold a text under a repeated mask (XOR), without the mask. */
function unmask(bytes: Uint8Array, wanted: Uint8Array): Uint8Array | undefined {
  for (const size of MASK_BYTES) {
    if (wanted.length < size + MIN_MASKED) continue;
    for (let at = 0; at + wanted.length <= bytes.length; at++) {
      // A reply may have a million places: nothing is allocated for one that does not fit.
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
