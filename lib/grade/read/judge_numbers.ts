/**
 * Judges answers that are numbers: one number for each byte, or one number alone.
 *
 * @module
 */
import { type Judgement, NOTHING, RIGHT, WHY } from "./judgement.ts";

const NOT_GROUPED = "the numbers are right, but not with one space between them";

/**
 * Judges hexadecimal or decimal numbers, one for each byte.
 *
 * @param digit A pattern for one digit.
 */
export function judgeNumbers(expected: string, shown: string, digit: string): Judgement {
  const groups = expected.split(" ");
  const text = shown.toLowerCase();
  const isHex = digit !== "\\d";
  const test = (words: string[], between: string, end = "") =>
    new RegExp(`(?<!${digit})${words.join(between)}${end}(?!${digit})`).test(text);
  const ends = isHex ? ["0a", "0d 0a", "0d", "00"] : ["10", "13 10", "13", "0"];
  if (ends.some((end) => test(groups, " ", ` ${end}(?! ${digit})`))) {
    return { verdict: "part", why: WHY.lineEnd };
  }
  if (test(groups, " ")) return RIGHT;
  const between = isHex ? "[^0-9a-z]{0,4}(?:0x)?" : "[^0-9]{1,4}";
  const start = (words: string[]) => [isHex ? `(?:0x)?${words[0]}` : words[0], ...words.slice(1)];
  if (test(start(groups), between) || isHex && text.includes(groups.join(""))) {
    return { verdict: "part", why: NOT_GROUPED };
  }
  if (!new RegExp(`(?<![0-9a-z])${digit}{2,3}(?![0-9a-z])`).test(text)) return NOTHING;
  const has = (words: string[]) => words.length > 0 && test(words, between);
  const other = groups.map((group) => parseInt(group, isHex ? 16 : 10).toString(isHex ? 10 : 16));
  const why = new RegExp(other.join("[^0-9a-z]{0,4}(?:0x)?")).test(text)
    ? `the numbers are ${isHex ? "decimal, not hexadecimal" : "hexadecimal, not decimal"}`
    : has(groups.toReversed())
    ? "the bytes come in the wrong order"
    : has(groups.slice(1)) || has(groups.slice(0, -1))
    ? "a byte is missing"
    : "the numbers are not those of the text";
  return { verdict: "wrong", why };
}

/** Judges one number. The number of its digits may come before it: the length in a frame. */
export function judgeNumber(expected: string, shown: string, typed: string): Judgement {
  if (holdsNumber(shown, expected)) return RIGHT;
  const rest = shown.replaceAll(typed, "");
  if (!/\d/.test(rest)) return NOTHING;
  const near = [-1, 1, 2].find((more) => holdsNumber(rest, `${Number(expected) + more}`));
  const why = near === undefined
    ? "it is another number"
    : `it is ${Math.abs(near)} ${near > 0 ? "too many" : "too few"}`;
  return { verdict: "wrong", why };
}

/** Whether a screen shows a number that is not part of a longer number, a time or a version. */
export function holdsNumber(shown: string, number: string): boolean {
  return new RegExp(`(?<![\\d.])(?:0*${number.length})?${number}(?!\\d|[.:]\\d)`).test(shown);
}
