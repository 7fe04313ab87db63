/**
 * Errors in groups of digits: which group is wrong, and why.
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
   * An error in one group.
   *
   * @param message The reason, for the end of an error text.
   * @param start Offset of the first wrong group, in bytes.
   * @param end Offset of its end, exclusive.
   */
  constructor(message: string, readonly start: number, readonly end: number) {
    super(message);
  }
}

/**
 * Finds the group that contains the digits of a decoded byte.
 *
 * @param digits Digits that `appendText` accepts.
 * @param index The decoded byte's number, from 0.
 * @returns The group's offsets; `end` is exclusive.
 *
 * @example
 * ```ts
 * const digits = new TextEncoder().encode("1 10 11");
 * groupOfByte(digits, 0, digits.length, 1); // { start: 2, end: 4 }
 * ```
 */
export function groupOfByte(
  digits: Uint8Array,
  start: number,
  end: number,
  index: number,
): { start: number; end: number } {
  for (let i = start, byte = 0; i < end;) {
    const space = spaceAt(digits, i, end);
    if (space > 0) {
      i += space;
      continue;
    }
    const stop = groupEnd(digits, i, end);
    byte += Math.ceil((stop - i) / 8);
    if (byte > index) return { start: i, end: stop };
    i = stop;
  }
  return { start: end, end };
}

/**
 * The error for the group in which decoding failed.
 *
 * @param start Offset of the first group.
 * @param at Offset of the character that cannot be decoded, or of the end of a group whose
 * length is wrong.
 * @param end Offset of the end of all groups.
 */
export function badGroup(digits: Uint8Array, start: number, at: number, end: number): DigitsError {
  let from = at;
  while (from > start && isDigit(digits[from - 1])) from--;
  const stop = groupEnd(digits, from, end);
  for (let i = from; i < stop; i++) {
    if (!isDigit(digits[i])) {
      return new DigitsError("a group must have only the digits 0 and 1", from, stop);
    }
  }
  return new DigitsError(
    `a group must have 1 to 8 digits or a multiple of 8, got ${stop - from}`,
    from,
    stop,
  );
}

function isDigit(byte: number): boolean {
  return byte === ZERO || byte === ZERO + 1;
}

function groupEnd(digits: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && spaceAt(digits, i, end) === 0) i++;
  return i;
}
