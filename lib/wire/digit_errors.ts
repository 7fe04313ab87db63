/**
 * Groups of digits that are wrong: which one it is, and why.
 *
 * @module
 */
import { spaceAt } from "./white_space.ts";

const ZERO = 0x30;

/** Digits that cannot be decoded. */
export class DigitsError extends SyntaxError {
  /** The class's name, for messages. */
  override name = "DigitsError";
  /**
   * Says which group is wrong.
   *
   * @param message Why, as half a sentence.
   * @param start Offset of the first bad group, in bytes.
   * @param end Where it ends, exclusive.
   */
  constructor(message: string, readonly start: number, readonly end: number) {
    super(message);
  }
}

/**
 * Finds the group of digits that a decoded byte came from.
 *
 * @param bits Digits that `appendText` accepts.
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

/** Why the group at `bits[start]` cannot be decoded. */
export function badGroup(bits: Uint8Array, start: number, end: number): DigitsError {
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
