/**
 * Text to binary digits and back: `c` is `01100011`, and one space separates bytes. This file
 * works on bytes; `text.ts` checks UTF-8.
 *
 * @module
 */
import type { ByteBuffer } from "./byte_buffer.ts";
import { badGroup } from "./digit_errors.ts";
import { decodeFast, type DecodingProgress, MIN_FAST_BYTES } from "./fast_digits.ts";
import { spaceAt } from "./white_space.ts";

/** The largest text that server1 takes, in bytes. */
export const MAX_TEXT_BYTES = 1_048_576;
/** The digits of the largest text, in bytes: eight for each of its bytes, and a space between two. */
export const MAX_BINARY_BYTES = 9 * MAX_TEXT_BYTES - 1;

const SPACE = 0x20;
const ZERO = 0x30;

/** The digits of each byte value: eight characters in a Float64, so that one store writes all. */
const DIGITS = new Float64Array(256);
const digitBytes = new Uint8Array(DIGITS.buffer);
for (let byte = 0; byte < 256; byte++) {
  for (let digit = 0; digit < 8; digit++) {
    digitBytes[8 * byte + digit] = ZERO + (byte >> (7 - digit) & 1); // the highest bit first
  }
}

/**
 * Appends to `reply` the binary digits of the bytes of `text` from `start` up to (not including) `end`.
 *
 * @param reply Where the digits go: 9n - 1 bytes for n bytes of text.
 * @returns Whether every byte was ASCII: the caller then needs no check for UTF-8.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "./byte_buffer.ts";
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
  let at = reply.extend(9 * (end - start)); // one space too many; removed below
  const { bytes, view } = reply;
  bytes.fill(SPACE, at, reply.length);
  let seen = 0; // all bytes, ORed
  for (let i = start; i < end; i++, at += 9) {
    seen |= text[i];
    view.setFloat64(at, DIGITS[text[i]], true); // true: little-endian, as Deno's machines are
  }
  reply.length--;
  return seen < 0x80;
}

/**
 * Decodes the groups of digits in `digits` from `start` up to (not including) `end`, and appends the
 * bytes to `reply`. A group of 1 to 8 digits is one byte (leading zeros implied). A longer group must
 * be a multiple of 8 digits. White space separates groups.
 *
 * @returns Whether every byte was ASCII.
 * @throws {DigitsError} If a group has another character or another length; `reply` is then as
 * it was before.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "./byte_buffer.ts";
 *
 * const digits = new TextEncoder().encode("01101000 1101001");
 * const reply = new ByteBuffer(2);
 * appendText(digits, 0, digits.length, reply);
 * new TextDecoder().decode(reply.filled()); // "hi"
 * ```
 */
export function appendText(
  digits: Uint8Array,
  start: number,
  end: number,
  reply: ByteBuffer,
): boolean {
  const before = reply.length;
  // byte: the value of the digits since the last complete byte; groupDigits: how many the group has.
  const progress: DecodingProgress = { from: start, seen: 0, byte: 0, groupDigits: 0 };
  // decodeFast() decodes several characters at a time and stops early; decodeEach() continues.
  if (end - start >= MIN_FAST_BYTES) decodeFast(digits, end, reply, progress);
  if (!decodeEach(digits, end, reply, progress)) {
    reply.length = before;
    throw badGroup(digits, start, progress.from, end);
  }
  return (progress.seen & 0x80808080) === 0; // decodeFast() ORs 4 bytes at a time; ASCII has no top bit
}

/** Decodes character by character. Returns false at a wrong group. */
function decodeEach(
  digits: Uint8Array,
  end: number,
  reply: ByteBuffer,
  progress: DecodingProgress,
): boolean {
  const push = () => {
    reply.push(progress.byte);
    progress.seen |= progress.byte;
    progress.byte = 0;
  };
  /** Ends the group: pushes its byte if it is short, and returns whether its length is right. */
  const endGroup = () => {
    const { groupDigits } = progress;
    if (groupDigits > 8 && groupDigits % 8 !== 0) return false;
    if (groupDigits % 8 !== 0) push();
    progress.groupDigits = 0;
    return true;
  };
  while (progress.from < end) {
    const character = digits[progress.from];
    if (character === ZERO || character === ZERO + 1) {
      progress.byte = 2 * progress.byte + character - ZERO;
      if (++progress.groupDigits % 8 === 0) push();
      progress.from++;
    } else {
      const space = spaceAt(digits, progress.from, end); // its length in bytes; 0: no white space
      if (space === 0 || !endGroup()) return false;
      progress.from += space;
    }
  }
  return endGroup();
}
