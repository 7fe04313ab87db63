/**
 * Judges one answer of a server by the bytes that it sent. The screen of its client counts
 * only where those bytes cannot be read.
 *
 * @module
 */
import {
  digitsOf,
  judgeBytes,
  judgeScreen,
  type PairNumber,
  question,
  sentLength,
} from "../read/answers.ts";
import { type Judgement, WHY } from "../read/judgement.ts";
import { readable, readings } from "../read/readings.ts";
import type { Asked } from "../ask/exchange.ts";

/** Digits of one byte, and the separator after it. */
const DIGITS_PER_BYTE = 9;

/** Judges what a server answered to the text that its client sent. */
export function judgeExchange(kind: PairNumber, e: Asked): Judgement {
  if (splitByClient(kind, e)) {
    return { verdict: "part", why: "each word stands by itself, and no space between" };
  }
  const text = textSent(kind, e);
  const isCut = text !== e.text;
  const line = judgeBytes(kind, text, e.received);
  // The client may have cut the digits of one more letter in two.
  if (isCut && line.why === WHY.beside) return { verdict: "right", why: "" };
  if (line.verdict === "right" || e.altered !== undefined) return line;
  const screen = judgeScreen(kind, e.text, e.shown);
  const isLayout = line.why === WHY.grouping && screen.verdict === "right" &&
    isGrouped(text, e.received);
  return line.verdict === "none" || isLayout ? screen : line;
}

/** Whether each word was answered by itself, because the client sent it so. */
export function splitByClient(kind: PairNumber, e: Asked): boolean {
  return kind === 1 && e.text.includes(" ") &&
    !readings(e.sent, e.text).some((reading) => reading.includes(e.text)) &&
    e.text.split(" ").every((word) => readable(e.received).includes(digitsOf(word)));
}

/** The text that a client sent: what was typed, or as much of it as the client did not cut off. */
function textSent(kind: PairNumber, { text, typed, sent }: Asked): string {
  const length = sentLength(sent, typed) ?? typed.length;
  if (length >= typed.length) return text;
  return text.slice(0, kind === 1 ? length : Math.floor((length + 1) / DIGITS_PER_BYTE));
}

/** Whether a reply has each byte as a group of its own, whatever separates the groups. */
function isGrouped(text: string, received: Uint8Array): boolean {
  const { expected } = question(1, text);
  return readings(received, expected).some((reading) =>
    (reading.match(/(?<!\d)[01]{8}(?!\d)/g) ?? []).join(" ").includes(expected)
  );
}
