/**
 * Judges answers that are binary digits, numbers or texts, and names the fault of a wrong one. Labels
 * and frames around an answer do not matter.
 *
 * @module
 */
import { utf8Bytes } from "../../wire/text.ts";

/** The judgement of one answer. */
export interface Judgement {
  /** `none`: nothing looks like an answer. */
  verdict: "right" | "part" | "wrong" | "none";
  /** The fault, as the end of a sentence. */
  why: string;
}

/** Faults that other files compare with. */
export const WHY = {
  grouping: "the bits are right, but not in groups of eight with one space between",
  lineEnd: "the line's end is converted too",
  beside: "the text is right, but another letter stands beside it",
  decimal: "the bytes are decimal numbers, not binary ones",
  reversed: "the bits of each byte are reversed",
  other: "the digits are not those of the text",
  cut: "it ends after",
  lostByte: "a byte is missing",
  lostLetter: "a letter is missing",
  more: "it holds more bytes than the text",
  garbled: "only its first",
  unchanged: "it is what was typed, unchanged",
  text: "it is not the expected text",
};

/** The right answer. */
export const RIGHT: Judgement = { verdict: "right", why: "" };
/** No answer. */
export const NOTHING: Judgement = {
  verdict: "none",
  why: "it holds nothing that looks like an answer",
};
const LINE_ENDS = ["00001010", "00001101 00001010", "00001101", "00000000"];
/** A shorter beginning of an answer may be shown by chance. */
const MIN_CUT = { bytes: 1, letters: 3 };
/** The most words in one pattern: V8 refuses one that is much larger. */
const MAX_PATTERN_WORDS = 500;
/** Bytes that are no letters, where the next letter should stand. */
const GARBLED = // deno-lint-ignore no-control-regex
  /^(?!\r\n)[\x01-\x08\x0b-\x1f]/;
/** The most characters beside an answer that are looked at. */
const NEXT_CHARS = 10;
const NEVER = /(?!)/;

/** Judges binary digits. @param expected The right digits, in groups of eight. */
export function judgeDigits(expected: string, shown: string): Judgement {
  if (holdsRun(shown, expected)) return RIGHT;
  if (LINE_ENDS.some((end) => holdsRun(shown, `${expected} ${end}`))) {
    return { verdict: "part", why: WHY.lineEnd };
  }
  if (holdsMore(shown, expected)) return { verdict: "wrong", why: WHY.more };
  const groups = expected.split(" ");
  const digits = shown.replace(/[^01]/g, "");
  if (digits.includes(groups.join(""))) return { verdict: "part", why: WHY.grouping };
  const codes = groups.map((group) => parseInt(group, 2));
  const list = codes.slice(0, MAX_PATTERN_WORDS).join("[^\\d]{1,3}");
  if (new RegExp(`(?<!\\d)${list}(?!\\d)`).test(shown)) {
    return { verdict: "wrong", why: WHY.decimal };
  }
  const shortest = groups.length === 1 ? /[01]{4}/ : /[01]{5}/;
  if (!shortest.test(shown)) return NOTHING;
  return { verdict: "wrong", why: faultOfDigits(groups, digits) };
}

/** The fault of digits that are not the expected ones. */
function faultOfDigits(groups: string[], digits: string): string {
  const has = (changed: string[]) => digits.includes(changed.join(""));
  const faults: [why: string, changed: string[]][] = [
    ["leading zeros are dropped", groups.map((group) => group.replace(/^0+(?=.)/, ""))],
    ["each byte has seven digits", groups.map((group) => group.slice(1))],
    [WHY.reversed, groups.map((group) => [...group].reverse().join(""))],
    ["the bytes come in the wrong order", groups.toReversed()],
    ["each bit is the opposite", groups.map((group) => group.replace(/./g, opposite))],
  ];
  const fault = faults.find(([, changed]) => has(changed));
  if (fault) return fault[0];
  if (groups.length > 1 && has(groups.slice(1))) return "the first byte is missing";
  const cut = groups.findLastIndex((_, i) => has(groups.slice(0, i + 1))) + 1;
  const rest = digits.slice(digits.lastIndexOf(groups.slice(0, cut).join("")) + 8 * cut);
  const isCut = rest.length < 8 && groups.slice(cut).join("").startsWith(rest);
  if (cut >= MIN_CUT.bytes && isCut) return `${WHY.cut} ${cut} of ${groups.length} bytes`;
  const isMissing = groups.some((_, i) => has(groups.toSpliced(i, 1)));
  return isMissing ? WHY.lostByte : WHY.other;
}

function opposite(digit: string): string {
  return digit === "0" ? "1" : "0";
}

/** Whether a screen shows the whole answer, and no further group next to it. */
function holdsRun(shown: string, digits: string): boolean {
  return holds(shown, digits, /(?:[01]|[01]{8} )$/, /^(?:[01]| [01]{8}(?![01]))/);
}

/**
 * Whether a part of a text stands anywhere, but not directly after `before` or before `after`. A
 * pattern with the whole part would be too large for a long text.
 */
function holds(shown: string, part: string, before: RegExp, after: RegExp): boolean {
  for (let at = shown.indexOf(part); at >= 0; at = shown.indexOf(part, at + 1)) {
    if (isFree(shown, at, at + part.length, before, after)) return true;
  }
  return false;
}

/** Whether a part of a text is neither directly after `before` nor directly before `after`. */
function isFree(text: string, start: number, end: number, before: RegExp, after: RegExp): boolean {
  return !before.test(text.slice(Math.max(0, start - NEXT_CHARS), start)) &&
    !after.test(text.slice(end, end + NEXT_CHARS));
}

/** Whether a screen shows the answer among further groups that are no line ends and no padding. */
function holdsMore(shown: string, digits: string): boolean {
  const runs = shown.match(/(?<![01])[01]{8}(?: [01]{8})+(?![01])/g) ?? [];
  const bare = (run: string) => run.replace(/(?: (?:00000000|00001010|00001101))+$/, "");
  return runs.some((run) => run.includes(digits) && bare(run) !== digits);
}

/**
 * Judges a text.
 *
 * @param typed The line that was typed: an answer that repeats it gets a fault of its own.
 */
export function judgeText(text: string, shown: string, typed: string): Judgement {
  const [before, after] = [isLetter(text.at(0)), isLetter(text.at(-1))];
  if (holds(shown, text, before ? /\p{L}$/u : NEVER, after ? /^\p{L}/u : NEVER)) return RIGHT;
  if (shown.includes(text)) {
    return { verdict: "part", why: WHY.beside };
  }
  if (lettersOf(text) !== "" && lettersOf(shown).includes(lettersOf(text))) {
    return { verdict: "part", why: "the letters are right, but something stands between them" };
  }
  if (shown.replace(/[01\s]/g, "") === "") return NOTHING;
  return { verdict: "wrong", why: faultOfText(text, shown, typed) };
}

function faultOfText(text: string, shown: string, typed: string): string {
  const [all, seen] = [lettersOf(text), lettersOf(shown)];
  const chars = [...text];
  if (typed !== text && shown.includes(typed)) return WHY.unchanged;
  if ([...utf8Bytes(text)].every((code) => shown.includes(String(code)))) {
    return "the numbers of the letters are shown, not the letters";
  }
  if (shown.toLowerCase().includes(text.toLowerCase())) return "the letters' case is changed";
  if (seen.includes([...all].toReversed().join(""))) return "the letters come in the wrong order";
  if (seen.includes(all.slice(1))) return "the first letter is missing";
  const cut = chars.findLastIndex((_, i) => shown.includes(chars.slice(0, i + 1).join(""))) + 1;
  const beginning = chars.slice(0, cut).join("");
  const rest = shown.slice(shown.lastIndexOf(beginning) + beginning.length);
  if (cut > 0 && GARBLED.test(rest) && rest.includes(chars.at(-1)!)) {
    return `${WHY.garbled} ${cut} of ${chars.length} letters are right`;
  }
  const isLost = (_: string, i: number) => seen.includes(all.slice(0, i) + all.slice(i + 1));
  if ([...all.slice(0, -1)].some(isLost)) return WHY.lostLetter; // one in the middle
  const isAll = cut > 0 && shown.trim() === beginning.trim();
  if (isAll || cut >= Math.min(MIN_CUT.letters, chars.length - 1) && cut > 0) {
    return `${WHY.cut} ${cut} of ${chars.length} letters`;
  }
  return cut > 1 && shown.trim().startsWith(beginning)
    ? `${WHY.garbled} ${cut} of ${chars.length} letters are right`
    : WHY.text;
}

function isLetter(char = ""): boolean {
  return /\p{L}/u.test(char);
}

function lettersOf(from: string): string {
  return from.replace(/[^\p{L}\p{N}]/gu, "");
}

const NOT_GROUPED = "the numbers are right, but not with one space between them";

/** Whether a text holds words with something that fits `between` between two of them. */
function holdsList(
  text: string,
  words: string[],
  between: string,
  before: RegExp,
  after: RegExp,
): boolean {
  const parts = Array.from(
    { length: Math.ceil(words.length / MAX_PATTERN_WORDS) },
    (_, i) => words.slice(i * MAX_PATTERN_WORDS, (i + 1) * MAX_PATTERN_WORDS).join(between),
  );
  for (const { index, 0: { length } } of text.matchAll(new RegExp(parts[0], "g"))) {
    let end = index + length;
    const isWhole = parts.slice(1).every((part) => {
      const next = new RegExp(between + part, "y");
      next.lastIndex = end;
      const matches = next.test(text);
      end = next.lastIndex;
      return matches;
    });
    if (isWhole && isFree(text, index, end, before, after)) return true;
  }
  return false;
}

/**
 * Judges hexadecimal or decimal numbers, one for each byte.
 *
 * @param digit A pattern for one digit.
 */
export function judgeNumbers(expected: string, shown: string, digit: string): Judgement {
  const groups = expected.split(" ");
  const text = shown.toLowerCase();
  const isHex = digit !== "\\d";
  const [before, after] = [new RegExp(`${digit}$`), new RegExp(`^${digit}`)];
  const exact = groups.join(" ");
  const test = (words: string[], between: string) => holdsList(text, words, between, before, after);
  const ends = isHex ? ["0a", "0d 0a", "0d", "00"] : ["10", "13 10", "13", "0"];
  const last = new RegExp(`^ ?${digit}`);
  if (ends.some((end) => holds(text, `${exact} ${end}`, before, last))) {
    return { verdict: "part", why: WHY.lineEnd };
  }
  if (holds(text, exact, before, after)) return RIGHT;
  const between = isHex ? "[^0-9a-z]{0,4}(?:0x)?" : "[^0-9]{1,4}";
  const start = (words: string[]) => [isHex ? `(?:0x)?${words[0]}` : words[0], ...words.slice(1)];
  if (test(start(groups), between) || isHex && text.includes(groups.join(""))) {
    return { verdict: "part", why: NOT_GROUPED };
  }
  if (!new RegExp(`(?<![0-9a-z])${digit}{2,3}(?![0-9a-z])`).test(text)) return NOTHING;
  const has = (words: string[]) => words.length > 0 && test(words, between);
  const other = groups.slice(0, MAX_PATTERN_WORDS).map((group) =>
    parseInt(group, isHex ? 16 : 10).toString(isHex ? 10 : 16)
  );
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
