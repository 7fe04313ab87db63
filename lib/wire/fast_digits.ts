/**
 * Decodes binary digits, several at a time. This file exists for speed alone: skip it at first.
 * `codec.ts` decodes one character at a time. `tests/wire/codec_test.ts` compares both with a plain
 * reference.
 *
 * @module
 */
import type { ByteBuffer } from "./byte_buffer.ts";
import { wideSpaceIn } from "./white_space.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/** For shorter input {@linkcode decodeFast} is slower than one character at a time. */
export const MIN_FAST_BYTES = 64;
/** Bytes of input that the automaton decodes before full groups are tried again. */
const CHUNK_BYTES = 1024;

/** The state of decoding: the read characters, and the unfinished group. */
export interface DecodingProgress {
  /** Offset of the first character that is not read yet. */
  from: number;
  /** All decoded bytes, ORed: up to four bytes at a time, as one 32-bit word. */
  seen: number;
  /** The value of the digits since the last whole byte. */
  byte: number;
  /** How many digits the group has so far. */
  groupDigits: number;
}

/**
 * Decodes until three characters or fewer are left, or until a wrong character.
 *
 * @param reply Where the decoded bytes go.
 * @param progress Where to begin, at the start of a group; updated.
 */
export function decodeFast(
  digits: Uint8Array,
  end: number,
  reply: ByteBuffer,
  progress: DecodingProgress,
): void {
  const view = new DataView(digits.buffer, digits.byteOffset, digits.byteLength);
  const run: Run = { from: progress.from, to: reply.length, seen: 0, state: START };
  for (let stuck = false; !stuck;) {
    const full = (end - run.from) >> 3; // the most bytes that groups of eight digits can give
    const room = run.to + full + CHUNK_BYTES - reply.length;
    if (room > 0) reply.extend(room);
    if (run.state === START) decodeFullGroups(digits, view, end, reply.view, run);
    stuck = !decodeAnyGroups(view, end, reply.view, run) &&
      !decodeWideSpaces(view, end, reply.view, run);
  }
  const { from, to, seen, state } = run;
  reply.length = to;
  const long = state > FULL;
  const group = long ? state - LONG : state;
  const groupDigits = digitsOf(group);
  progress.from = from;
  progress.seen |= seen;
  progress.groupDigits = groupDigits + (long ? 8 : 0);
  progress.byte = group ^ 1 << groupDigits;
}

/** The common state of the two decoders. */
interface Run {
  from: number;
  /** Offset of the next decoded byte in the reply. */
  to: number;
  seen: number;
  /** The automaton's state: see {@linkcode stepOf}. */
  state: number;
}

// Four digits are four bytes, 0x30 or 0x31; the lowest bit of each is one bit of the result. The
// product with LANES moves the bits of two such words (the first one shifted by four) into its top
// byte. No two bits have the same place, so there is no carry.
const ZEROS = 0x30303030;
const NOT_A_DIGIT = ~0x01010101;
const LANES = 0x08040201;

/** Decodes groups of eight digits and one space, four groups a step, up to the first other form. */
function decodeFullGroups(
  digits: Uint8Array,
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
    const spaces = (digits[i + 8] ^ SPACE) | (digits[i + 17] ^ SPACE) |
      (digits[i + 26] ^ SPACE) | (digits[i + 35] ^ SPACE);
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

// Any other form is read by a finite automaton, four characters a step. Its speed does not depend
// on the form, because a step has no branch that depends on the input.
//
// A state is a 1 and then the digits of the group so far (1: no digit, 0b101: "01").
// FULL: a multiple of eight digits. LONG is added once the group has more than eight digits.
const START = 1;
const FULL = 0x100;
const LONG = 0x100;
const STATES = LONG + FULL + 1;
// Kinds of characters, two bits each; 0 and 1 are the two digits.
const GAP = 2;
const OTHER = 3;
// A step is one number: up to two decoded bytes, their count, STOPS, then the next state.
const BYTES = 0xffff;
const COUNT = 16; // bits below the count
const STOPS = 1 << 18; // a character is wrong after those before it, or is not ASCII
const NEXT = 19; // bits below the next state

const KINDS = new Uint8Array(256).fill(OTHER);
KINDS[ZERO] = 0;
KINDS[ZERO + 1] = 1;
KINDS[SPACE] = GAP;
KINDS.fill(GAP, 0x09, 0x0e); // tab to carriage return

/** The automaton's tables: half a megabyte, built when a client first sends such a form. */
interface Automaton {
  /** The kinds of two characters, by the little-endian word that the two make. */
  pairs: Uint8Array;
  /** The step of four characters: `four[state << 8 | kinds]`, the first in the highest bits. */
  four: Int32Array;
}

let automaton: Automaton | undefined;

function buildAutomaton(): Automaton {
  const pairs = new Uint8Array(1 << 16);
  for (let i = 0; i < pairs.length; i++) pairs[i] = KINDS[i & 0xff] << 2 | KINDS[i >> 8];
  const single = new Int32Array(STATES << 2);
  for (let i = 0; i < single.length; i++) single[i] = stepOf(i >> 2, i & 3);
  const four = new Int32Array(STATES << 8);
  for (let i = 0; i < four.length; i++) {
    let step = i >> 8 << NEXT;
    for (let bit = 6; bit >= 0; bit -= 2) {
      step = join(step, single[step >> NEXT << 2 | i >> bit & 3]);
    }
    four[i] = step;
  }
  return { pairs, four };
}

/** The step of one character. */
function stepOf(state: number, kind: number): number {
  const long = state > FULL ? LONG : 0;
  const group = state - long;
  if (kind === OTHER) return STOPS;
  if (kind === GAP) {
    if (group === FULL || group === START) return START << NEXT;
    return long ? STOPS : START << NEXT | 1 << COUNT | group ^ 1 << digitsOf(group);
  }
  const more = (group === FULL ? START : group) << 1 | kind;
  if (more < FULL) return (group === FULL ? LONG : long) + more << NEXT;
  return long + FULL << NEXT | 1 << COUNT | more & 0xff;
}

/** Two steps as one. Four characters never end more than two bytes. */
function join(first: number, second: number): number {
  const count = first >> COUNT & 3;
  const bytes = first & BYTES | (second & BYTES) << 8 * count;
  return (second & ~BYTES) + (count << COUNT) | bytes | first & STOPS;
}

/** How many digits a group has. */
function digitsOf(group: number): number {
  return 31 - Math.clz32(group);
}

// A part of the input with one ASCII space in place of each white space character beyond ASCII.
const plain = new Uint8Array(CHUNK_BYTES + 4);
const plainView = new DataView(plain.buffer);
const SPACES = 0x20202020;

/**
 * Decodes input that has white space beyond ASCII: up to the last such character in about
 * {@linkcode CHUNK_BYTES}.
 *
 * @returns Whether that was decoded: false near the end, and before a wrong group.
 */
function decodeWideSpaces(view: DataView, end: number, out: DataView, run: Run): boolean {
  const { from, to, state } = run;
  const stop = Math.min(from + CHUNK_BYTES, end) - 3;
  let read = from, length = 0; // the end of the last wide space: in the input, and in `plain`
  // The same white space mostly follows each group: `known` is the last one, `mask` covers its bytes.
  for (let i = from, at = 0, space = 0, mask = 0, known = -1; i < stop;) {
    const word = view.getInt32(i, true);
    if (word & 0x80) {
      if ((word & mask) !== known) {
        space = wideSpaceIn(word);
        if (space === 0) break;
        mask = (1 << 8 * space) - 1;
        known = word & mask;
      }
      plain[at++] = SPACE;
      read = i += space;
      length = at;
    } else {
      plainView.setInt32(at, word, true);
      const ascii = (word & 0x80808080) === 0 ? 4 : 1;
      i += ascii;
      at += ascii;
    }
  }
  plainView.setInt32(length, SPACES, true); // further spaces complete the last word
  run.from = 0;
  decodeAnyGroups(plainView, length + 3, out, run);
  const decoded = read > from && run.from >= length;
  if (decoded) run.from = read;
  else Object.assign(run, { from, to, state });
  return decoded;
}

/**
 * Decodes groups of any length between any white space for about {@linkcode CHUNK_BYTES}.
 *
 * @returns Whether more can be decoded: false near the end, and at a wrong character.
 */
function decodeAnyGroups(
  view: DataView,
  end: number,
  out: DataView,
  run: Run,
): boolean {
  const { pairs, four } = automaton ??= buildAutomaton();
  let { from: i, to: at, seen, state } = run;
  const stop = Math.min(end - 3, i + CHUNK_BYTES);
  while (i < stop) {
    const word = view.getInt32(i, true);
    const kinds = pairs[word & 0xffff] << 4 | pairs[word >>> 16];
    const step = four[state << 8 | kinds];
    if (step & STOPS) break;
    out.setUint16(at, step, true);
    seen |= step;
    at += step >> COUNT & 3;
    state = step >> NEXT;
    i += 4;
  }
  const more = i >= stop && stop < end - 3;
  // Return to the start of a short group: decodeFullGroups() may continue there.
  if (more && state < FULL) {
    i -= digitsOf(state);
    state = START;
  }
  run.from = i;
  run.to = at;
  run.seen |= seen & BYTES;
  run.state = state;
  return more;
}
