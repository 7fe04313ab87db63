/**
 * Judges whether a shown text holds an answer, with or without decoration.
 *
 * @module
 */
import { utf8Bytes } from "../../wire/text.ts";

/** How an answer is judged. */
export interface Judgement {
  /** `none`: nothing that looks like an answer. */
  verdict: "right" | "part" | "wrong" | "none";
  /** What is wrong with it, as the end of a sentence. */
  why: string;
}

const RIGHT: Judgement = { verdict: "right", why: "" };
const NOTHING: Judgement = { verdict: "none", why: "no answer is shown" };
const LINE_END = "the line's end is converted too";
const NOT_GROUPED = "the numbers are right, but not with one space between them";

/** The whole of the answer, and no further group at either end. */
function holdsRun(shown: string, digits: string): boolean {
  return new RegExp(`(?<![01])(?<![01]{8} )${digits}(?![01])(?! [01]{8}(?![01]))`).test(shown);
}

/** The answer among groups that are no ends of lines and no padding. */
function holdsMore(shown: string, digits: string): boolean {
  const runs = shown.match(/(?<![01])[01]{8}(?: [01]{8})+(?![01])/g) ?? [];
  const bare = (run: string) => run.replace(/(?: (?:00000000|00001010|00001101))+$/, "");
  return runs.some((run) => run.includes(digits) && bare(run) !== digits);
}

/** Judges eight binary digits a byte. */
export function judgeBinary(expected: string, shown: string): Judgement {
  if (holdsRun(shown, expected)) return RIGHT;
  for (const end of ["00001010", "00001101 00001010", "00001101", "00000000"]) {
    if (holdsRun(shown, `${expected} ${end}`)) return { verdict: "part", why: LINE_END };
  }
  if (holdsMore(shown, expected)) {
    return { verdict: "wrong", why: "it holds more bytes than the text" };
  }
  const groups = expected.split(" ");
  const digits = shown.replace(/[^01]/g, "");
  const joined = groups.join("");
  if (digits.includes(joined)) {
    return {
      verdict: "part",
      why: "the bits are right, but not in groups of eight with one space between",
    };
  }
  if (groups.length === 1 && !/[01]{4}/.test(shown)) return NOTHING;
  if (groups.length > 1 && !/[01]{5}/.test(shown)) return NOTHING;
  const has = (changed: string[]) => digits.includes(changed.join(""));
  const why = has(groups.map((group) => group.replace(/^0+(?=.)/, "")))
    ? "leading zeros are dropped"
    : has(groups.map((group) => group.slice(1)))
    ? "each byte has seven digits"
    : has(groups.map((group) => [...group].reverse().join("")))
    ? "the bits of each byte are reversed"
    : has(groups.toReversed())
    ? "the bytes come in the wrong order"
    : has(groups.slice(1)) || has(groups.slice(0, -1))
    ? "a byte is missing"
    : "the digits are not those of the text";
  return { verdict: "wrong", why };
}

/** Judges one hexadecimal or decimal number a byte. @param digit A pattern for one digit. */
export function judgeNumbers(expected: string, shown: string, digit: string): Judgement {
  const groups = expected.split(" ");
  const text = shown.toLowerCase();
  const isHex = digit !== "\\d";
  const test = (words: string[], between: string, end = "") =>
    new RegExp(`(?<!${digit})${words.join(between)}${end}(?!${digit})`).test(text);
  const ends = isHex ? ["0a", "0d 0a", "0d", "00"] : ["10", "13 10", "13", "0"];
  if (ends.some((end) => test(groups, " ", ` ${end}(?! ${digit})`))) {
    return { verdict: "part", why: LINE_END };
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

/** Judges one number; a frame may write the length of its digits before it. */
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

/** Whether a number is shown that is no part of another, and no part of a time or a version. */
export function holdsNumber(shown: string, number: string): boolean {
  return new RegExp(`(?<![\\d.])(?:0*${number.length})?${number}(?!\\d|[.:]\\d)`).test(shown);
}

/**
 * Judges an answer that is a text.
 *
 * @param typed What was typed: an answer that only repeats it is called so.
 */
export function judgeText(expected: string, shown: string, typed: string): Judgement {
  const [first, last] = [isLetter(expected.at(0)), isLetter(expected.at(-1))];
  const exact = `${first ? "(?<!\\p{L})" : ""}${escapeRegExp(expected)}${last ? "(?!\\p{L})" : ""}`;
  if (new RegExp(exact, "u").test(shown)) return RIGHT;
  const letters = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = letters(expected);
  if (wanted !== "" && letters(shown).includes(wanted)) {
    return { verdict: "part", why: "the letters are right, but something stands between them" };
  }
  if (shown.replace(/[01\s]/g, "") === "") return NOTHING;
  const codes = [...utf8Bytes(expected)];
  const why = typed !== expected && shown.includes(typed)
    ? "it is what was typed, unchanged"
    : codes.every((code) => shown.includes(String(code)))
    ? "the numbers of the letters are shown, not the letters"
    : shown.toLowerCase().includes(expected.toLowerCase())
    ? "the letters' case is changed"
    : wanted.length > 1 &&
        (letters(shown).includes(wanted.slice(1)) || letters(shown).includes(wanted.slice(0, -1)))
    ? "a letter is missing"
    : "it is not the expected text";
  return { verdict: "wrong", why };
}

function isLetter(char = ""): boolean {
  return /\p{L}/u.test(char);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
