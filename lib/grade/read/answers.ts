/**
 * Reading answers: whether what a program showed or sent holds the answer to a text,
 * decorated or not.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import type { Conversion } from "./conversions.ts";
import { holdsNumber, type Judgement } from "./judge_answer.ts";
import { readable, readings } from "./readings.ts";

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

/** Judges the bytes that should hold it, however they are disguised. */
export function judgeBytes(conversion: Conversion, text: string, bytes: Uint8Array): Judgement {
  let first: Judgement | undefined;
  for (const reading of readings(bytes, conversion.answer(text), conversion.typed(text))) {
    const judged = conversion.judge(text, reading);
    if (judged.verdict === "right") return judged;
    first ??= judged;
    if (first.verdict === "part") break;
  }
  return first!;
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
  const reply = readable(received);
  if (form === "number") {
    const number = isRight ? expected : longestRun(conversion, reply);
    if (number === "") return showsReply(received, shown) ? "all" : "none";
    return holdsNumber(shown, number) ? "all" : "none";
  }
  if (showsReply(received, shown)) return "all";
  const isMended = form === "bytes" && line === "wrong"; // by the client, then
  if (!isMended && judge(conversion, text, shown).verdict === "right") return "all";
  const answer = isRight ? expected : longestRun(conversion, reply);
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
  const isBytes = form === "bytes";
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

/** The part of an answer whose last character is changed: its first bytes, or the whole text. */
export function markOf(conversion: Conversion, text: string): string {
  return conversion.mark(conversion.answer(text));
}

/** The answer to a text with that character changed. */
export function otherAnswer(conversion: Conversion, text: string): string {
  const mark = markOf(conversion, text);
  return conversion.changeMark(mark) + conversion.answer(text).slice(mark.length);
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

/**
 * Changes a mark on its way to one that differs in its last byte.
 *
 * @param everywhere Whether each occurrence is changed, not only the first.
 */
export function alteration(mark: string, changed: string, everywhere = false): Alteration {
  const { length } = utf8Bytes(mark);
  const last = utf8Bytes(changed).at(-1)!;
  let tail = "";
  let isDone = false;
  const pieces: Uint8Array[] = [];
  return {
    alter: (bytes) => {
      for (let i = 0; i < bytes.length && (everywhere || !isDone); i++) {
        if (bytes[i] === 0) continue;
        tail = (tail + String.fromCharCode(bytes[i])).slice(-length);
        if (tail !== mark) continue;
        bytes[i] = last;
        isDone = true;
      }
      pieces.push(bytes.slice());
    },
    changed: () => isDone ? changed : undefined,
    passed: () => concat(pieces),
  };
}

/**
 * Whether bytes hold a text, whatever frames or disguises it.
 *
 * @param unmasked Bytes that hold this text are under no mask.
 */
export function holds(bytes: Uint8Array, text: string, unmasked?: string): boolean {
  const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = bare(text);
  return readings(bytes, text, unmasked).some((reading) => bare(reading).includes(wanted));
}
