/**
 * Reading answers: what a text is in binary, and whether what a program showed
 * or sent holds that, decorated or not.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import { readable, readings } from "./readings.ts";

/** Which way a pair of programs converts: server1 to binary, server2 to text. */
export type PairNumber = 1 | 2;

/** How an answer is judged. */
export interface Judgement {
  /** `none`: nothing that looks like an answer. */
  verdict: "right" | "part" | "wrong" | "none";
  /** What is wrong with it, as the end of a sentence. */
  why: string;
}

/** What the bytes of a text are in binary: the slow and obvious way. */
export function digitsOf(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => byte.toString(2).padStart(8, "0")).join(" ");
}

/** What is typed for a text, and what answer is right. */
export function question(kind: PairNumber, text: string): { typed: string; expected: string } {
  const digits = digitsOf(text);
  return kind === 1 ? { typed: text, expected: digits } : { typed: digits, expected: text };
}

/** Judges what should hold the answer to a text. */
export function judge(kind: PairNumber, text: string, shown: string): Judgement {
  return kind === 1 ? judgeDigits(text, shown) : judgeText(text, shown);
}

/** Judges the bytes that should hold it, however they are disguised. */
export function judgeBytes(kind: PairNumber, text: string, bytes: Uint8Array): Judgement {
  let first: Judgement | undefined;
  for (const reading of readings(bytes, question(kind, text).expected)) {
    const judged = judge(kind, text, reading);
    if (judged.verdict === "right") return judged;
    first ??= judged;
    if (first.verdict === "part") break;
  }
  return first!;
}

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

const RIGHT: Judgement = { verdict: "right", why: "" };

function judgeDigits(text: string, shown: string): Judgement {
  const expected = digitsOf(text);
  if (holdsRun(shown, expected)) return RIGHT;
  for (const end of ["00001010", "00001101 00001010", "00001101", "00000000"]) {
    if (holdsRun(shown, `${expected} ${end}`)) {
      return { verdict: "part", why: "the line's end is converted too" };
    }
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

const NOTHING: Judgement = { verdict: "none", why: "no answer is shown" };

function judgeText(text: string, shown: string): Judgement {
  if (new RegExp(`(?<!\\p{L})${escapeRegExp(text)}(?!\\p{L})`, "u").test(shown)) return RIGHT;
  const letters = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  if (letters(shown).includes(letters(text))) {
    return { verdict: "part", why: "the letters are right, but something stands between them" };
  }
  const rest = shown.replace(/[01\s]/g, "");
  if (rest === "") return NOTHING;
  const codes = [...utf8Bytes(text)];
  const why = codes.every((code) => shown.includes(String(code)))
    ? "the numbers of the letters are shown, not the letters"
    : shown.toLowerCase().includes(text.toLowerCase())
    ? "the letters' case is changed"
    : letters(shown).includes(letters(text.slice(1))) ||
        letters(shown).includes(letters(text.slice(0, -1)))
    ? "a letter is missing"
    : "it is not the text";
  return { verdict: "wrong", why };
}

/** How much of what a server answered its client showed. */
export function shownPart(
  kind: PairNumber,
  text: string,
  received: Uint8Array,
  shown: string,
): "all" | "part" | "none" {
  if (showsReply(received, shown)) return "all";
  const reply = readable(received);
  const { expected } = question(kind, text);
  const line = judgeBytes(kind, text, received).verdict;
  const isRight = line === "right";
  const isMended = kind === 1 && line === "wrong"; // by the client, then
  if (!isMended && judge(kind, text, shown).verdict === "right") return "all";
  const answer = isRight ? expected : longestRun(kind, reply);
  if (answer === "") return "none";
  if (inOrder(answer.match(kind === 1 ? /[01]+/g : /[\p{L}\p{N}]+/gu) ?? [answer], shown)) {
    return "all";
  }
  const bare = (from: string) => kind === 1 ? from.replace(/[^01]/g, "") : dense(from);
  const [all, seen] = [bare(answer), bare(shown)];
  // The last byte of a length may look like a letter before the text.
  if (seen.includes(all) || all.length > 4 && seen.includes(all.slice(1))) return "all";
  // How much of its beginning is seen: what holds a beginning holds every shorter one.
  let [length, tooMuch] = [0, all.length];
  while (tooMuch - length > 1) {
    const middle = (length + tooMuch) >> 1;
    if (seen.includes(all.slice(0, middle))) length = middle;
    else tooMuch = middle;
  }
  if (length < Math.min(kind === 1 ? 7 : 2, all.length - 1) || length === 0) return "none";
  return length * 2 >= all.length || kind === 1 ? "part" : "none";
}

/** Whether all that has come is shown, as it came. */
export function showsReply(received: Uint8Array, shown: string): boolean {
  const reply = dense(readable(received));
  return reply !== "" && dense(shown).includes(reply);
}

function dense(from: string): string {
  return from.replace(/\s+/g, "");
}

/** Whether parts stand one behind another, whatever is between them. */
function inOrder(parts: string[], shown: string): boolean {
  let at = 0;
  return parts.every((part) => {
    const found = shown.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

function longestRun(kind: PairNumber, reply: string): string {
  const runs = reply.match(kind === 1 ? /[01][01 ,]*/g : /[^\p{Cc}\ufffd]+/gu) ?? [];
  return runs.reduce((best, run) => run.trim().length > best.length ? run.trim() : best, "");
}

/** The part of an answer whose last character is changed: the first byte, or the whole text. */
export function markOf(kind: PairNumber, text: string): string {
  return question(kind, text).expected.slice(0, kind === 1 ? 8 : undefined);
}

/** The answer to a text with that character changed. */
export function otherAnswer(kind: PairNumber, text: string): string {
  const mark = markOf(kind, text);
  return changeLast(mark) + question(kind, text).expected.slice(mark.length);
}

function changeLast(mark: string): string {
  const last = mark.at(-1)!;
  return mark.slice(0, -1) + (last === "0" ? "1" : last === "1" ? "0" : last === "z" ? "y" : "z");
}

/** A change to what passes on the line. */
export interface Alteration {
  /** Changes bytes, in whatever pieces they come. */
  alter: (bytes: Uint8Array) => void;
  /** What the mark has become; undefined if it has not passed. */
  changed: () => string | undefined;
  /** All that has passed, as it was changed. */
  passed: () => Uint8Array;
}

/** Changes the last character of a mark on its way: once, or wherever it comes. */
export function alteration(mark: string, everywhere = false): Alteration {
  const { length } = utf8Bytes(mark);
  let tail = "";
  let isDone = false;
  const pieces: Uint8Array[] = [];
  return {
    alter: (bytes) => {
      for (let i = 0; i < bytes.length && (everywhere || !isDone); i++) {
        if (bytes[i] === 0) continue;
        tail = (tail + String.fromCharCode(bytes[i])).slice(-length);
        if (tail !== mark) continue;
        bytes[i] = changeLast(mark).charCodeAt(mark.length - 1);
        isDone = true;
      }
      pieces.push(bytes.slice());
    },
    changed: () => isDone ? changeLast(mark) : undefined,
    passed: () => concat(pieces),
  };
}

/** Whether bytes hold a text, whatever frames or disguises it. */
export function holds(bytes: Uint8Array, text: string): boolean {
  const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = bare(text);
  return readings(bytes, text).some((reading) => bare(reading).includes(wanted));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Texts to ask for: letters alone, so that no digit of an answer is one of a text. */
export class Texts {
  #state: number;

  /** Begins a sequence. @param seed The same seed gives the same texts. */
  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** Words with a capital, a digit that is no binary one, and signs. */
  sentence(): string {
    const [first, ...rest] = this.word(5);
    return `${first.toUpperCase()}${rest.join("")}${2 + this.#next(8)}, ${this.word(9)} ${
      this.word(9)
    }.`;
  }

  /** The next word. */
  word(length: number): string {
    return Array.from({ length }, () => "abcdefghijklmnopqrstuvwxy"[this.#next(25)]).join("");
  }

  #next(below: number): number {
    // xorshift32: small, and the same everywhere.
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }
}
