/**
 * Reading answers: what a text is in binary, and whether what a program showed
 * or sent holds that, decorated or not.
 *
 * @module
 */
import { utf8Bytes } from "../../wire/text.ts";
import { judgeDigits, type Judgement, judgeText } from "./judgement.ts";
import { readable, readings } from "./readings.ts";

/** Which way a pair of programs converts: server1 to binary, server2 to text. */
export type PairNumber = 1 | 2;

/** A shorter beginning of a text may be in a request by chance. */
const MIN_SENT = 5;

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
  return kind === 1 ? judgeDigits(digitsOf(text), shown) : judgeText(text, shown);
}

/** Judges a screen: the answer may be laid out as a table, or one byte in each row. */
export function judgeScreen(kind: PairNumber, text: string, shown: string): Judgement {
  const plain = judge(kind, text, shown);
  if (plain.verdict === "right") return plain;
  const cells = judge(kind, text, cellsOf(kind, shown));
  return cells.verdict === "right" ? cells : plain;
}

/** The groups of eight digits, or the single letters, that stand alone on a screen. */
function cellsOf(kind: PairNumber, shown: string): string {
  return kind === 1
    ? (shown.match(/(?<![\p{L}\p{N}])[01]{8}(?![\p{L}\p{N}])/gu) ?? []).join(" ")
    : (shown.match(/(?<![\p{L}\p{N}])\p{L}(?![\p{L}\p{N}])/gu) ?? []).join("");
}

/** Judges the bytes that should hold it, in whatever encoding. */
export function judgeBytes(kind: PairNumber, text: string, bytes: Uint8Array): Judgement {
  const all = readings(bytes, question(kind, text).expected);
  const judged = all.map((reading) => judge(kind, text, reading));
  const clear = all.findIndex((reading) => !/[\p{Cc}\ufffd]/u.test(reading.replace(/\s/g, "")));
  return judged.find(({ verdict }) => verdict === "right") ??
    judged.find(({ verdict }) => verdict === "part") ?? judged[Math.max(0, clear)];
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
  if (!isMended && judgeScreen(kind, text, shown).verdict === "right") return "all";
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

/** Whether bytes hold a text, whatever frames or disguises it. */
export function holds(bytes: Uint8Array, text: string): boolean {
  const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = bare(text);
  return readings(bytes, text).some((reading) => bare(reading).includes(wanted));
}

/**
 * How many characters of what was typed a client sent: all of them, or where it cut them off.
 *
 * @returns undefined if not even the beginning can be read.
 */
export function sentLength(sent: Uint8Array, typed: string): number | undefined {
  if (holds(sent, typed)) return typed.length;
  let [length, tooMuch] = [0, typed.length];
  while (tooMuch - length > 1) {
    const middle = (length + tooMuch) >> 1;
    if (holds(sent, typed.slice(0, middle))) length = middle;
    else tooMuch = middle;
  }
  return length < MIN_SENT ? undefined : length;
}
