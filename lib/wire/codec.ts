/**
 * Text bytes to binary digits and back: `c` is `01100011`, bytes are separated
 * by one space. It knows bytes only; what UTF-8 is stands in `text.ts`.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";

/** The most text that server1 takes and server2 gives, in bytes. */
export const MAX_TEXT_BYTES = 1_048_576;
/** The digits of that much text: eight and a space for each byte but the last. */
export const MAX_BINARY_BYTES = 9 * MAX_TEXT_BYTES - 1;

const SPACE = 0x20;
const ZERO = 0x30;

/** Digits that cannot be decoded. `start` and `end` are where the bad group stands. */
export class DigitsError extends SyntaxError {
  override name = "DigitsError";
  /** Offsets of the first bad group, in bytes; `end` is exclusive. */
  constructor(message: string, readonly start: number, readonly end: number) {
    super(message);
  }
}

// The eight digits of each byte value as one 64-bit word, so that a byte is
// encoded by one load and one store. Every digit is 0x30 or 0x31, which makes
// the word an ordinary double: no bit of it changes on the way.
const digitsOf = new Float64Array(256);
const digitBytes = new Uint8Array(digitsOf.buffer);
for (let i = 0; i < digitBytes.length; i++) {
  digitBytes[i] = ZERO + (((i >> 3) >> (7 - (i & 7))) & 1);
}

/**
 * Appends the binary digits of `text[start]` to `text[end - 1]`.
 *
 * @param reply Where the digits go: 9n - 1 bytes for n bytes of text.
 * @returns Whether every byte was ASCII, which callers want to know and the
 * loop sees for nothing.
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
  let i = start;
  for (; i + 3 < end; i += 4, at += 36) {
    const a = text[i], b = text[i + 1], c = text[i + 2], d = text[i + 3];
    seen |= a | b | c | d;
    view.setFloat64(at, digitsOf[a], true);
    view.setFloat64(at + 9, digitsOf[b], true);
    view.setFloat64(at + 18, digitsOf[c], true);
    view.setFloat64(at + 27, digitsOf[d], true);
  }
  for (; i < end; i++, at += 9) {
    seen |= text[i];
    view.setFloat64(at, digitsOf[text[i]], true);
  }
  reply.length--;
  return seen < 0x80;
}

/**
 * Encodes bytes as binary digits.
 *
 * @param text Any bytes.
 * @returns Eight ASCII digits for each byte, separated by one space.
 *
 * @example
 * ```ts
 * import { encodeBinary } from "./codec.ts";
 *
 * new TextDecoder().decode(encodeBinary(new TextEncoder().encode("hi")));
 * // "01101000 01101001"
 * ```
 */
export function encodeBinary(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const reply = new ByteBuffer(9 * text.length);
  appendBinary(text, 0, text.length, reply);
  return reply.filled();
}

// Four digits are four bytes, 0x30 or 0x31: their lowest bits are the nibble.
// Multiplying by LANES moves those of two such words (the first shifted by
// four) side by side into the top byte; no two products meet, so none carries.
const ZEROS = 0x30303030;
const NOT_A_DIGIT = ~0x01010101;
const LANES = 0x08040201;
/** How far to go group by group before trying four at a time again. */
const FEW_BYTES = 256;

/** The index of the lowest byte that is not zero, from 0 to 3. */
function firstByte(word: number): number {
  return 31 - Math.clz32(word & -word) >> 3;
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
  let at = before;
  let { bytes, view: out } = reply;
  const view = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
  let seen = 0;
  let i = start;
  while (i < end) {
    // Room for one turn: groups of eight digits or more, and a few shorter ones.
    const room = at + ((end - i) >> 3) + FEW_BYTES - reply.length;
    if (room > 0) {
      reply.extend(room);
      bytes = reply.bytes;
      out = reply.view;
    }
    // The usual form, four groups at a time: eight digits and a space.
    for (; i + 36 <= end; i += 36, at += 4) {
      const a = view.getInt32(i, true) ^ ZEROS, b = view.getInt32(i + 4, true) ^ ZEROS;
      const c = view.getInt32(i + 9, true) ^ ZEROS, d = view.getInt32(i + 13, true) ^ ZEROS;
      const e = view.getInt32(i + 18, true) ^ ZEROS, f = view.getInt32(i + 22, true) ^ ZEROS;
      const g = view.getInt32(i + 27, true) ^ ZEROS, h = view.getInt32(i + 31, true) ^ ZEROS;
      const spaces = (bits[i + 8] ^ SPACE) | (bits[i + 17] ^ SPACE) |
        (bits[i + 26] ^ SPACE) | (bits[i + 35] ^ SPACE);
      if (((a | b | c | d | e | f | g | h) & NOT_A_DIGIT) | spaces) break;
      const word = Math.imul(a << 4 | b, LANES) >>> 24 |
        Math.imul(c << 4 | d, LANES) >>> 16 & 0xff00 |
        Math.imul(e << 4 | f, LANES) >>> 8 & 0xff0000 |
        Math.imul(g << 4 | h, LANES) & 0xff000000;
      seen |= word;
      out.setInt32(at, word, true);
    }
    // Groups of up to eight digits and a space, one at a time: the first byte
    // that is no digit tells how many there are, and what follows is cut off.
    for (const stop = Math.min(end - 8, i + FEW_BYTES); i < stop;) {
      let a = view.getInt32(i, true) ^ ZEROS;
      let b = view.getInt32(i + 4, true) ^ ZEROS;
      let count = 8;
      if (a & NOT_A_DIGIT) {
        count = firstByte(a & NOT_A_DIGIT);
        a &= (1 << 8 * count) - 1;
        b = 0;
      } else if (b & NOT_A_DIGIT) {
        count = firstByte(b & NOT_A_DIGIT);
        b &= (1 << 8 * count) - 1;
        count += 4;
      }
      if (count === 0 || bits[i + count] !== SPACE) break;
      const byte = Math.imul(a << 4 | b, LANES) >>> 24 >>> 8 - count;
      seen |= byte;
      bytes[at++] = byte;
      i += count + 1;
    }
    if (i === end) break;
    // One group of any kind, and the white space before it.
    const space = spaceAt(bits, i, end);
    if (space > 0) {
      i += space;
      continue;
    }
    const group = i;
    let byte = 0;
    let digits = 0;
    for (; i < end && (bits[i] & 0xfe) === ZERO; i++) {
      byte = byte << 1 | (bits[i] & 1);
      if ((++digits & 7) === 0) {
        bytes[at++] = byte;
        seen |= byte;
        byte = 0;
      }
    }
    if (
      i < end && spaceAt(bits, i, end) === 0 || digits > 8 && (digits & 7) !== 0
    ) {
      reply.length = before;
      throw badGroup(bits, group, end);
    }
    if (digits < 8) {
      bytes[at++] = byte;
      seen |= byte;
    }
  }
  reply.length = at;
  return (seen & 0x80808080) === 0;
}

/**
 * Decodes binary digits.
 *
 * @param bits Groups of ASCII `0` and `1`, separated by any white space.
 * @returns The bytes they spell, which need not be UTF-8.
 * @throws {DigitsError} If a group has another character or another length.
 *
 * @example
 * ```ts
 * import { decodeBinary } from "./codec.ts";
 *
 * new TextDecoder().decode(decodeBinary(new TextEncoder().encode("01101000 1101001")));
 * // "hi"
 * ```
 */
export function decodeBinary(bits: Uint8Array): Uint8Array<ArrayBuffer> {
  const reply = new ByteBuffer((bits.length >> 3) + FEW_BYTES);
  appendText(bits, 0, bits.length, reply);
  return reply.filled();
}

/**
 * Finds the group of digits that a decoded byte came from.
 *
 * @param bits Digits that {@linkcode appendText} accepts.
 * @param index Which decoded byte, from 0.
 * @returns The group's offsets; `end` is exclusive.
 */
export function groupOfByte(
  bits: Uint8Array,
  start: number,
  end: number,
  index: number,
): { start: number; end: number } {
  for (let i = start, byte = 0; i < end;) {
    const space = spaceAt(bits, i, end);
    if (space > 0) {
      i += space;
      continue;
    }
    const stop = groupEnd(bits, i, end);
    byte += Math.ceil((stop - i) / 8);
    if (byte > index) return { start: i, end: stop };
    i = stop;
  }
  return { start: end, end };
}

function badGroup(bits: Uint8Array, start: number, end: number): DigitsError {
  const stop = groupEnd(bits, start, end);
  for (let i = start; i < stop; i++) {
    if ((bits[i] & 0xfe) !== ZERO) {
      return new DigitsError(
        "a group must have only the digits 0 and 1",
        start,
        stop,
      );
    }
  }
  return new DigitsError(
    `a group must have 1 to 8 digits or a multiple of 8, got ${stop - start}`,
    start,
    stop,
  );
}

function groupEnd(bits: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && spaceAt(bits, i, end) === 0) i++;
  return i;
}

/** How many bytes of white space begin at `i`: 0 if none, 2 or 3 beyond ASCII. */
function spaceAt(bits: Uint8Array, i: number, end: number): number {
  const byte = bits[i];
  if (byte === SPACE || (byte >= 0x09 && byte <= 0x0d)) return 1;
  return byte < 0xc2 ? 0 : wideSpaceAt(bits, i, end);
}

/** The white space of Unicode beyond ASCII (its White_Space property), as UTF-8. */
function wideSpaceAt(bits: Uint8Array, i: number, end: number): number {
  const left = end - i;
  const next = bits[i + 1];
  if (bits[i] === 0xc2) return left >= 2 && (next === 0x85 || next === 0xa0) ? 2 : 0;
  if (left < 3) return 0;
  switch (bits[i] << 16 | next << 8 | bits[i + 2]) {
    case 0xe19a80: // U+1680
    case 0xe280a8: // U+2028
    case 0xe280a9: // U+2029
    case 0xe280af: // U+202F
    case 0xe2819f: // U+205F
    case 0xe38080: // U+3000
      return 3;
  }
  const isQuad = bits[i] === 0xe2 && next === 0x80; // U+2000 to U+200A
  return isQuad && bits[i + 2] >= 0x80 && bits[i + 2] <= 0x8a ? 3 : 0;
}
