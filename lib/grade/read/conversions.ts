/**
 * Conversions: the right answer of each server, and how an answer is judged. A lab file names
 * them; their names and teaching texts are in `results/answer_texts.ts`.
 *
 * @module
 */
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { type AnswerName, type AnswerSpec, parseAnswer } from "../results/answer_texts.ts";
import { judgeDigits, type Judgement, judgeNumber, judgeNumbers, judgeText } from "./judgement.ts";
import { Texts, type TextStyle } from "./texts.ts";

/** The conversion that one server makes. */
export interface Conversion {
  /** The name in a lab file, without its argument. */
  name: AnswerName;
  /** One number for each byte, one number, or a text. */
  form: "bytes" | "number" | "text";
  /** A pattern for a digit of the answer, where the form is `bytes` or `number`. */
  digit: string;
  /** The line that is typed for a text: the text itself, or its binary digits. */
  typed(text: string): string;
  /** The text that a typed line has: the inverse of `typed`. */
  textOf(typed: string): string;
  /** The right answer to a text. @throws {Error} If the lab's own program was not asked for it. */
  answer(text: string): string;
  /** Whether there is an answer to a text: the lab's own program answers the test texts only. */
  knows(text: string): boolean;
  /** Judges what should hold the answer to a text. */
  judge(text: string, shown: string): Judgement;
  /** The part of an answer whose last character an experiment changes. */
  alteredPart(answer: string): string;
  alterPart(part: string): string;
  /** Changes the last character of a typed line, so that another answer is right. */
  alterTyped(typed: string): string;
  /** Whether answers differ from their texts; if not, no experiment shows which program converts. */
  differsFromText: boolean;
  /** The letters of a long text that a client must be able to send. */
  longLength: number;
  /** Words for the conversion in menus, file names and sources. */
  words: RegExp;
  /** The test texts. @param seed The same seed gives the same texts. */
  texts(seed: number): Texts;
}

/** What differs between conversions; the rest of {@linkcode Conversion} has defaults. */
type Entry =
  & Pick<Conversion, "answer" | "words">
  & Partial<Omit<Conversion, "name" | "texts">>
  & { style?: TextStyle };

/** The bytes of a text in binary: eight digits for each byte, one space between two bytes. */
export function digitsOf(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => byte.toString(2).padStart(8, "0")).join(" ");
}

const same = (text: string) => text;
const LONG_LETTERS = 10_000;
/** Ten thousand digits and spaces. */
const LONG_BINARY_LETTERS = 1_111;
const LETTERS_IN_ALPHABET = 26;
/** Three numbers: a single number might also be a part of a frame's header. */
const threeGroups = (answer: string) => answer.split(" ").slice(0, 3).join(" ");

function shifted(text: string, shift: number): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter < "a" ? 65 : 97;
    const place = (letter.charCodeAt(0) - first + shift) % LETTERS_IN_ALPHABET;
    return String.fromCharCode(first + (place + LETTERS_IN_ALPHABET) % LETTERS_IN_ALPHABET);
  });
}

/** Changes a vowel at the end to a consonant, and any other letter to a vowel. */
function changeVowel(typed: string): string {
  return typed.slice(0, -1) + (/[aeiou]$/i.test(typed) ? "z" : "a");
}

function caesar(shift: number): Entry {
  return {
    answer: (text) => shifted(text, shift),
    differsFromText: shift % LETTERS_IN_ALPHABET !== 0,
    words: /caesar|cipher|encrypt|shift|\brot/i,
  };
}

/** What differs between the conversions that have no argument. */
const ENTRIES: Record<Exclude<AnswerName, "command" | "caesar">, Entry> = {
  binary: {
    form: "bytes",
    digit: "[01]",
    answer: digitsOf,
    judge: (text, shown) => judgeDigits(digitsOf(text), shown),
    alteredPart: (answer) => answer.slice(0, 8),
    words: /(te?xt|str(ing)?|word|message|ascii).*bin|encod|to binary/i,
  },
  text: {
    answer: same,
    typed: digitsOf,
    textOf: (typed) =>
      lenientText(Uint8Array.from(typed.split(" "), (group) => parseInt(group, 2))),
    longLength: LONG_BINARY_LETTERS,
    words: /bin\w*.*(te?xt|str|word|ascii)|decod|to (text|string)/i,
  },
  upper: { answer: (text) => text.toUpperCase(), words: /upper|capital|shout/i },
  lower: { answer: (text) => text.toLowerCase(), style: "both cases", words: /lower|small/i },
  reverse: {
    answer: (text) => [...text].reverse().join(""),
    style: "no palindromes",
    words: /revers|backward|mirror/i,
  },
  rot13: caesar(13),
  length: {
    form: "number",
    answer: (text) => `${[...text].length}`,
    style: "lengths",
    words: /length|count|characters/i,
  },
  vowels: {
    form: "number",
    answer: (text) => `${text.match(/[aeiou]/gi)?.length ?? 0}`,
    style: "vowels",
    alterTyped: changeVowel,
    words: /vowel/i,
  },
  hex: {
    form: "bytes",
    digit: "[0-9a-f]",
    answer: hexOf,
    judge: (text, shown) => judgeNumbers(hexOf(text), shown, "[0-9a-f]"),
    alteredPart: threeGroups,
    alterPart: (part) => part.slice(0, -1) + (part.endsWith("a") ? "b" : "a"),
    words: /hex/i,
  },
  decimal: {
    form: "bytes",
    answer: decimalOf,
    judge: (text, shown) => judgeNumbers(decimalOf(text), shown, "\\d"),
    alteredPart: threeGroups,
    words: /decimal|ascii/i,
  },
  echo: { answer: same, differsFromText: false, words: /echo|repeat/i },
};

function hexOf(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function decimalOf(text: string): string {
  return utf8Bytes(text).join(" ");
}

function complete(name: AnswerName, { style = "small letters", ...entry }: Entry): Conversion {
  const { answer, typed = same, form = "text" } = entry;
  return {
    name,
    form,
    digit: "\\d",
    typed,
    textOf: same,
    knows: () => true,
    judge: form === "number"
      ? (text, shown) => judgeNumber(answer(text), shown, typed(text))
      : (text, shown) => judgeText(answer(text), shown, typed(text)),
    alteredPart: same,
    alterPart: changeLast,
    alterTyped: changeLast,
    differsFromText: true,
    longLength: LONG_LETTERS,
    texts: (seed) => new Texts(seed, style),
    ...entry,
  };
}

/**
 * The conversion that a lab file names.
 *
 * @param known The answers of the lab's own program, where the lab file names one.
 * @throws {TypeError} If there is no such answer.
 */
export function conversionOf(spec: AnswerSpec, known?: ReadonlyMap<string, string>): Conversion {
  const parsed = parseAnswer(spec);
  if (!parsed) throw new TypeError(`Cannot find the answer ${JSON.stringify(spec)}`);
  const { name, shift } = parsed;
  if (name !== "command") return complete(name, name === "caesar" ? caesar(shift) : ENTRIES[name]);
  const answers = [...known?.values() ?? []];
  return complete(name, {
    form: answers.length > 0 && answers.every((one) => /^\d+$/.test(one)) ? "number" : "text",
    answer: (text) => {
      const answer = known?.get(text);
      if (answer === undefined) throw new Error(`The lab's program was not asked for "${text}"`);
      return answer;
    },
    knows: (text) => known?.has(text) ?? false,
    differsFromText: [...known ?? []].some(([text, answer]) => text !== answer),
    words: /(?!)/,
  });
}

/** The questions for a lab file's command: every text that can be drawn, and each one changed. */
export function questionsFor(seed: number): string[] {
  const texts = new Texts(seed).all(LONG_LETTERS);
  return [...new Set([...texts, ...texts.map(changeLast), ...ODD_TEXTS])];
}

/** Texts beyond ASCII: every submission is asked for them. */
export const ODD_TEXTS = ["héllo 🙂"] as const;

/**
 * A text with its last character changed to one of the same kind: a digit to a digit, a
 * small letter to a small letter.
 */
export function changeLast(text: string): string {
  const last = text.at(-1)!;
  const other = last === "0"
    ? "1"
    : /\d/.test(last)
    ? `${Number(last) - 1}`
    : /[A-Z]/.test(last)
    ? last === "Z" ? "Y" : "Z"
    : last === "z"
    ? "y"
    : "z";
  return text.slice(0, -1) + other;
}
