/**
 * Text bytes to binary digits and back: `c` is `01100011`, bytes are separated
 * by one space. It knows bytes only; what UTF-8 is stands in `text.ts`.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";
import { badGroup } from "./digit_errors.ts";
import {
  decodeFullGroups,
  decodeShortGroups,
  type DecodingProgress,
  DIGITS,
  SHORT_RUN_BYTES,
} from "./digit_words.ts";
import { spaceAt } from "./white_space.ts";

/** The most text that server1 takes and server2 gives, in bytes. */
export const MAX_TEXT_BYTES = 1_048_576;
/** The digits of that much text: eight and a space for each byte but the last. */
export const MAX_BINARY_BYTES = 9 * MAX_TEXT_BYTES - 1;

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Appends the binary digits of `text[start]` to `text[end - 1]`.
 *
 * @param reply Where the digits go: 9n - 1 bytes for n bytes of text.
 * @returns Whether every byte was ASCII, which callers want to know and the
 * loop sees for nothing.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "./byte_buffer.ts";
 * import { appendBinary } from "./codec.ts";
 *
 * const reply = new ByteBuffer(32);
 * appendBinary(new TextEncoder().encode("hi"), 0, 2, reply);
 * new TextDecoder().decode(reply.filled()); // "01101000 01101001"
 * ```
 */
export function appendBinary(
  text: Uint8Array,
  start: number,
  end: number,
  reply: ByteBuffer,
): boolean {
  if (start === end) return true;
  let at = reply.extend(9 * (end - start)); // one space too many, for a moment
  const { bytes, view } = reply;
  bytes.fill(SPACE, at, reply.length);
  let seen = 0;
  for (let i = start; i < end; i++, at += 9) {
    seen |= text[i];
    view.setFloat64(at, DIGITS[text[i]], true); // all eight digits of the byte at once
  }
  reply.length--;
  return seen < 0x80;
}

/**
 * Appends the bytes that the groups of digits in `bits[start]` to
 * `bits[end - 1]` spell. A group of 1 to 8 digits is a byte, leading zeros
 * implied; a longer one must be a multiple of 8. Any white space separates.
 *
 * @returns Whether every byte was ASCII.
 * @throws {DigitsError} If a group has another character or another length;
 * `reply` is then as it was before.
 */
export function appendText(
  bits: Uint8Array,
  start: number,
  end: number,
  reply: ByteBuffer,
): boolean {
  const before = reply.length;
  const view = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
  const progress = { from: start, to: before, seen: 0 };
  while (progress.from < end) {
    // Room for what the next calls decode: a byte for eight digits, and some for shorter groups.
    const room = progress.to + ((end - progress.from) >> 3) + SHORT_RUN_BYTES - reply.length;
    if (room > 0) reply.extend(room);
    // The usual forms, several digits at a time; they stop at whatever is not usual.
    decodeFullGroups(bits, view, end, reply.view, progress);
    decodeShortGroups(bits, view, end, reply.bytes, progress);
    if (progress.from === end) break;
    const space = spaceAt(bits, progress.from, end);
    if (space > 0) progress.from += space;
    else if (!decodeGroup(bits, end, reply.bytes, progress)) {
      reply.length = before;
      throw badGroup(bits, progress.from, end);
    }
  }
  reply.length = progress.to;
  return (progress.seen & 0x80808080) === 0; // a byte whose top bit is set is not ASCII
}

/** Decodes one group, digit by digit. Whether it is one; if not, nothing has changed. */
function decodeGroup(
  bits: Uint8Array,
  end: number,
  bytes: Uint8Array,
  progress: DecodingProgress,
): boolean {
  let { from, to, seen } = progress;
  let byte = 0;
  let digits = 0;
  for (; from < end && (bits[from] & 0xfe) === ZERO; from++) { // 0 or 1
    byte = byte << 1 | (bits[from] & 1);
    if ((++digits & 7) === 0) {
      bytes[to++] = byte;
      seen |= byte;
      byte = 0;
    }
  }
  const endsAtSpace = from === end || spaceAt(bits, from, end) > 0;
  if (!endsAtSpace || (digits > 8 && (digits & 7) !== 0)) return false;
  if (digits < 8) { // a short group: its leading zeros are implied
    bytes[to++] = byte;
    seen |= byte;
  }
  Object.assign(progress, { from, to, seen });
  return true;
}
