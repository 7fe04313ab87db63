/**
 * Binary digits, several at a time. This file exists for speed alone: skip it at first reading.
 * `codec.ts` has the obvious version, and `tests/wire/codec_test.ts` compares the two.
 *
 * @module
 */
import type { ByteBuffer } from "./byte_buffer.ts";
import { spaceAt } from "./white_space.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/** The eight digits of each byte value. A Float64 is only a way to copy eight bytes at once. */
const DIGITS = new Float64Array(256);
const digitBytes = new Uint8Array(DIGITS.buffer);
for (let byte = 0; byte < 256; byte++) {
  for (let digit = 0; digit < 8; digit++) {
    digitBytes[8 * byte + digit] = ZERO + (byte >> (7 - digit) & 1);
  }
}

/** Writes the eight digits of a byte at an offset. */
export function writeDigits(view: DataView, at: number, byte: number): void {
  view.setFloat64(at, DIGITS[byte], true);
}

/** Shorter input is decoded character by character: {@linkcode decodeFast} has a cost of its own. */
export const MIN_FAST_BYTES = 64;
/** Bytes of input that the automaton decodes before full groups are tried again. */
const CHUNK_BYTES = 1024;

/** The state of decoding: what is read, and the group that has begun. */
export interface DecodingProgress {
  /** Offset of the first character that is not read yet. */
  from: number;
  /** All decoded bytes, ORed; four bytes may stand side by side in a word. */
  seen: number;
  /** The value of the digits since the last whole byte. */
  byte: number;
  /** How many digits the group has so far. */
  digits: number;
}

/**
 * Decodes as far as it can: it stops one character before the end, or at a character that is
 * wrong.
 *
 * @param reply Where the decoded bytes go.
 * @param progress Where to begin, at the start of a group; updated.
 */
export function decodeFast(
  bits: Uint8Array,
  end: number,
  reply: ByteBuffer,
  progress: DecodingProgress,
): void {
  const view = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
  const run: Run = { from: progress.from, to: reply.length, seen: 0, state: START };
  for (let stuck = false; !stuck;) {
    const full = (end - run.from) >> 3; // bytes that groups of eight digits can give at most
    const room = run.to + full + CHUNK_BYTES - reply.length;
    if (room > 0) reply.extend(room);
    if (run.state === START) decodeFullGroups(bits, view, end, reply.view, run);
    stuck = !decodeAnyGroups(bits, end, reply.bytes, run);
  }
  const { from, to, seen, state } = run;
  reply.length = to;
  const digits = state & FULL ? 8 : 31 - Math.clz32(state & 0xff);
  progress.from = from;
  progress.seen |= seen;
  progress.digits = digits + (state >= LONG ? 8 : 0);
  progress.byte = state & FULL ? 0 : state & 0xff ^ 1 << digits;
}

/** What the two decoders hand to each other. */
interface Run {
  from: number;
  /** Offset of the next decoded byte in the reply. */
  to: number;
  seen: number;
  /** The automaton's state: see {@linkcode buildSteps}. */
  state: number;
}

// Four digits are four bytes, 0x30 or 0x31; their lowest bits are half a byte. Multiplying by
// LANES moves the bits of two such words (the first shifted by four) side by side into the top
// byte. No two products meet, so nothing carries.
const ZEROS = 0x30303030;
const NOT_A_DIGIT = ~0x01010101;
const LANES = 0x08040201;

/** Decodes groups of eight digits and one space, four groups a step, until something else comes. */
function decodeFullGroups(
  bits: Uint8Array,
  view: DataView,
  end: number,
  out: DataView,
  run: Run,
): void {
  let { from: i, to: at, seen } = run;
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
  run.from = i;
  run.to = at;
  run.seen = seen;
}

// Any other form is read by a finite automaton, two characters a step. Its speed does not depend
// on the form, because a step has no branch that depends on the input.
//
// A state is the digits of the group so far behind a leading 1 (1: no digit, 0b101: "01").
// FULL: a multiple of eight digits. LONG is added once the group has more than eight digits.
const START = 1;
const FULL = 0x100;
const LONG = 0x200;
const STATES = 0x400;
// Kinds of characters; 0 and 1 are the two digits.
const GAP = 2;
const OTHER = 3;
// A step is one number: the decoded byte, these flags, then the next state.
const EMITS = 8; // bit: the byte is to be written
const STOPS = 1 << 9; // the pair must be looked at one by one
const NEXT = 10; // bits below the next state

const KINDS = new Uint8Array(256).fill(OTHER);
KINDS[ZERO] = 0;
KINDS[ZERO + 1] = 1;
KINDS[SPACE] = GAP;
KINDS.fill(GAP, 0x09, 0x0e); // tab to carriage return

let steps: Int32Array | undefined;

/** The next step for each state and pair of kinds: `steps[state << 4 | first << 2 | second]`. */
function buildSteps(): Int32Array {
  const table = new Int32Array(STATES << 4).fill(STOPS);
  for (let state = 1; state < STATES; state++) {
    for (let pair = 0; pair < 16; pair++) {
      const first = next(state, pair >> 2);
      const second = first && next(first.state, pair & 3);
      if (!second) continue;
      const byte = first.byte ?? second.byte; // two characters never end two bytes
      table[state << 4 | pair] = second.state << NEXT |
        (byte === undefined ? 0 : 1 << EMITS | byte);
    }
  }
  return table;
}

/** What one character does to a state; null if it is wrong there. */
function next(state: number, kind: number): { state: number; byte?: number } | null {
  const long = state & LONG;
  const digits = state & 0xff;
  if (kind === OTHER) return null;
  if (kind === GAP) {
    if (state & FULL || state === START) return { state: START };
    return long ? null : { state: START, byte: digits & ~(1 << 31 - Math.clz32(digits)) };
  }
  const more = (state & FULL ? 1 : digits) << 1 | kind;
  const isLong = state & FULL ? LONG : long;
  return more < 0x100 ? { state: isLong | more } : { state: isLong | FULL, byte: more & 0xff };
}

/**
 * Decodes groups of any length between any white space for about {@linkcode CHUNK_BYTES}.
 *
 * @returns Whether more can be decoded: false near the end, and at a wrong character.
 */
function decodeAnyGroups(bits: Uint8Array, end: number, bytes: Uint8Array, run: Run): boolean {
  const table = steps ??= buildSteps();
  let { from: i, to: at, seen, state } = run;
  const stop = Math.min(end - 1, i + CHUNK_BYTES);
  while (i < stop) {
    const first = KINDS[bits[i]];
    let step = table[state << 4 | first << 2 | KINDS[bits[i + 1]]];
    let read = 2;
    if (step & STOPS) { // perhaps white space beyond ASCII: the same as a space
      const before = first === OTHER ? 0 : 1;
      const space = spaceAt(bits, i + before, end);
      if (space === 0) break;
      step = table[state << 4 | (before ? first : GAP) << 2 | GAP];
      if (step & STOPS) break;
      read = before + space;
    }
    bytes[at] = step;
    seen |= step;
    at += step >> EMITS & 1;
    state = step >> NEXT;
    i += read;
  }
  const more = i >= stop && stop < end - 1;
  // Back to the start of a short group, so that full groups can be tried from there.
  if (more && state < FULL) {
    i -= 31 - Math.clz32(state);
    state = START;
  }
  run.from = i;
  run.to = at;
  run.seen |= seen & 0xff;
  run.state = state;
  return more;
}
