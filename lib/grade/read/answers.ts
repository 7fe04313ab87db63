/**
 * Reading answers: whether what a program showed or sent holds the answer to a text,
 * decorated or not.
 *
 * @module
 */
import { concat, includesNeedle } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import type { Conversion } from "./conversions.ts";
import { holdsNumber } from "./judge_numbers.ts";
import type { Judgement } from "./judgement.ts";
import { readable, readings } from "./readings.ts";

/** A shorter beginning of a text may be in a request by chance. */
const MIN_SENT = 5;

/** What is typed for a text, and what answer is right. */
export function question(
  conversion: Conversion,
  text: string,
): { typed: string; expected: string } {
  return { typed: conversion.typed(text), expected: conversion.answer(text) };
}

/** Judges what should hold the answer to a text. */
export function judge(conversion: Conversion, text: string, shown: string): Judgement {
  return conversion.judge(text, shown);
}

/** Judges a screen: the answer may be laid out as a table, or one byte in each row. */
export function judgeScreen(conversion: Conversion, text: string, shown: string): Judgement {
  const plain = judge(conversion, text, shown);
  if (plain.verdict === "right" || conversion.form === "number") return plain;
  const cells = judge(conversion, text, cellsOf(conversion, shown));
  return cells.verdict === "right" ? cells : plain;
}

/** The groups of digits, or the single letters, that stand alone on a screen. */
function cellsOf({ form, name, digit }: Conversion, shown: string): string {
  const cell = form === "text" ? "\\p{L}" : name === "binary" ? "[01]{8}" : `${digit}{2,3}`;
  const alone = new RegExp(`(?<![\\p{L}\\p{N}])${cell}(?![\\p{L}\\p{N}])`, "gu");
  return (shown.match(alone) ?? []).join(form === "text" ? "" : " ");
}

/** Judges the bytes that should hold it, in whatever encoding. */
export function judgeBytes(conversion: Conversion, text: string, bytes: Uint8Array): Judgement {
  const answer = conversion.answer(text);
  if (conversion.form === "text" && isLengthPrefixed(bytes, answer)) {
    return { verdict: "right", why: "" };
  }
  const judged: (Judgement & { isClear: boolean })[] = [];
  for (const reading of readings(bytes, answer, conversion.typed(text))) {
    const judgement = judge(conversion, text, reading);
    if (judgement.verdict === "right") return judgement;
    const isClear = !/[\p{Cc}\ufffd]/u.test(reading.replace(/\s/g, ""));
    judged.push({ ...judgement, isClear });
  }
  const { verdict, why } = judged.find(({ verdict }) => verdict === "part") ??
    judged.find(({ isClear }) => isClear) ?? judged[0];
  return { verdict, why };
}

/** Whether bytes hold a text behind its own length, so that the next bytes are not the text's. */
function isLengthPrefixed(bytes: Uint8Array, text: string): boolean {
  const wanted = utf8Bytes(text);
  const sizes = [2, 4, 8].flatMap((size) =>
    [0, size - 1].map((at) => {
      const header = new Uint8Array(size);
      header[at] = wanted.length;
      return header;
    })
  );
  return wanted.length < 256 &&
    sizes.some((header) => includesNeedle(bytes, concat([header, wanted])));
}

/** How much of what a server answered its client showed. */
export function shownPart(
  conversion: Conversion,
  text: string,
  received: Uint8Array,
  shown: string,
): "all" | "part" | "none" {
  const { form } = conversion;
  const expected = conversion.answer(text);
  const line = judgeBytes(conversion, text, received).verdict;
  const isRight = line === "right";
  const plain = readable(received);
  // What decodes into characters that are none was not encoded.
  const replies = [
    plain,
    ...readings(received, expected, conversion.typed(text)).filter((one) =>
      !one.includes("\ufffd")
    ),
  ];
  if (form === "number") {
    const number = isRight ? expected : longestRun(conversion, plain);
    if (number === "") return showsReply(received, shown) ? "all" : "none";
    return holdsNumber(shown, number) ? "all" : "none";
  }
  const isShown = (reply: string) => dense(reply) !== "" && dense(shown).includes(dense(reply));
  if (replies.some(isShown)) return "all";
  const isCorrected = form === "bytes" && line === "wrong"; // by the client, then
  if (!isCorrected && judgeScreen(conversion, text, shown).verdict === "right") return "all";
  // A wrong answer stands behind the header of a reply.
  const body = dense(plain.trim().split(/\r?\n/).at(-1)!);
  const isBodyShown = body !== "" && shown.split("\n").some((line) => dense(line).endsWith(body));
  if (form === "text" && !isRight && isBodyShown) return "all";
  const answers = isRight ? [expected] : replies.map((reply) => longestRun(conversion, reply));
  const parts = answers.map((answer) => shownOf(conversion, answer, shown));
  return parts.find((part) => part === "all") ?? parts.find((part) => part === "part") ?? "none";
}

/** How much of an answer is shown, whatever separates its parts. */
function shownOf(conversion: Conversion, answer: string, shown: string): "all" | "part" | "none" {
  if (answer === "") return "none";
  const { parts, other } = patternsOf(conversion);
  if (inOrder(answer.match(parts) ?? [answer], shown)) return "all";
  const bare = (from: string) => from.replace(other, "");
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
  const isBytes = conversion.form === "bytes";
  if (length < Math.min(isBytes ? 7 : 2, all.length - 1) || length === 0) return "none";
  return length * 2 >= all.length || isBytes ? "part" : "none";
}

/** How an answer's parts look, what separates them, and a run of them in a reply. */
function patternsOf({ form, digit }: Conversion): { parts: RegExp; other: RegExp; run: RegExp } {
  if (form === "text") {
    return { parts: /[\p{L}\p{N}]+/gu, other: /\s+/g, run: /[^\p{Cc}\ufffd]+/gu };
  }
  const others = digit.startsWith("[") ? `[^${digit.slice(1)}` : "\\D";
  return {
    parts: new RegExp(`${digit}+`, "gi"),
    other: new RegExp(others, "gi"),
    run: new RegExp(form === "number" ? `${digit}+` : `${digit}(?:${digit}|[ ,])*`, "gi"),
  };
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

function longestRun(conversion: Conversion, reply: string): string {
  const runs = reply.match(patternsOf(conversion).run) ?? [];
  return runs.reduce((best, run) => run.trim().length > best.length ? run.trim() : best, "");
}

/**
 * Whether bytes hold a text, whatever frames or encodes it.
 *
 * @param unmasked Bytes that hold this text are under no mask.
 */
export function holds(bytes: Uint8Array, text: string, unmasked?: string): boolean {
  const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = bare(text);
  return readings(bytes, text, unmasked).some((reading) => bare(reading).includes(wanted));
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
