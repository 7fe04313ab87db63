/**
 * Binary digits, several at a time: here for speed alone, and to be skipped at
 * first reading. `codec.ts` decodes the same digit by digit wherever these stop.
 *
 * @module
 */

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * The eight digits of each byte value, as eight bytes that one store copies. A
 * Float64 is only the way to do that: the number itself is never used.
 */
export const DIGITS: Float64Array = new Float64Array(256);
const digitBytes = new Uint8Array(DIGITS.buffer);
for (let byte = 0; byte < 256; byte++) {
  for (let digit = 0; digit < 8; digit++) {
    digitBytes[8 * byte + digit] = ZERO + (byte >> (7 - digit) & 1);
  }
}

// Four digits are four bytes, 0x30 or 0x31: their lowest bits are the nibble.
// Multiplying by LANES moves those of two such words (the first shifted by
// four) side by side into the top byte; no two products meet, so none carries.
const ZEROS = 0x30303030;
const NOT_A_DIGIT = ~0x01010101;
const LANES = 0x08040201;
/** How far {@linkcode decodeShortGroups} goes before full groups are tried again. */
export const SHORT_RUN_BYTES = 256;

/** How far decoding has come. */
export interface DecodingProgress {
  /** Offset of the first digit that is not decoded yet. */
  from: number;
  /** Where the next decoded byte goes. */
  to: number;
  /** All decoded bytes, ORed, four of them side by side: its sign bits tell what is not ASCII. */
  seen: number;
}

/**
 * Decodes groups of eight digits and a space, four at a time, until there is
 * something else.
 *
 * @param view The same bytes as `bits`.
 * @param out Where the decoded bytes go; it must have room for them.
 * @param progress Where to begin; moved on.
 */
export function decodeFullGroups(
  bits: Uint8Array,
  view: DataView,
  end: number,
  out: DataView,
  progress: DecodingProgress,
): void {
  let { from: i, to: at, seen } = progress;
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
  progress.from = i;
  progress.to = at;
  progress.seen = seen;
}

/**
 * Decodes groups of up to eight digits and a space, one at a time: the first
 * byte that is no digit tells how many there are, and what follows is cut off.
 * Stops after {@linkcode SHORT_RUN_BYTES}, or when there is something else.
 *
 * @param view The same bytes as `bits`.
 * @param bytes Where the decoded bytes go; it must have room for them.
 * @param progress Where to begin; moved on.
 */
export function decodeShortGroups(
  bits: Uint8Array,
  view: DataView,
  end: number,
  bytes: Uint8Array,
  progress: DecodingProgress,
): void {
  let { from: i, to: at, seen } = progress;
  for (const stop = Math.min(end - 8, i + SHORT_RUN_BYTES); i < stop;) {
    let a = view.getInt32(i, true) ^ ZEROS;
    let b = view.getInt32(i + 4, true) ^ ZEROS;
    let count = 8;
    if (a & NOT_A_DIGIT) {
      count = lowestByte(a & NOT_A_DIGIT);
      a &= (1 << 8 * count) - 1;
      b = 0;
    } else if (b & NOT_A_DIGIT) {
      count = lowestByte(b & NOT_A_DIGIT);
      b &= (1 << 8 * count) - 1;
      count += 4;
    }
    if (count === 0 || bits[i + count] !== SPACE) break;
    const byte = Math.imul(a << 4 | b, LANES) >>> 24 >>> 8 - count;
    seen |= byte;
    bytes[at++] = byte;
    i += count + 1;
  }
  progress.from = i;
  progress.to = at;
  progress.seen = seen;
}

/** The index of the lowest byte that is not zero, from 0 to 3. */
function lowestByte(word: number): number {
  return 31 - Math.clz32(word & -word) >> 3;
}
