/**
 * Judges one answer of a server by the bytes that it sent. The screen of its client counts
 * only where those bytes cannot be read.
 *
 * @module
 */
import { judgeBytes, judgeScreen, sentLength } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { fixedText } from "../read/fixed_text.ts";
import { type Judgement, WHY } from "../read/judgement.ts";
import { readable, readings } from "../read/readings.ts";
import type { PairExchange } from "../ask/exchange.ts";

/** Digits of one byte, and the separator after it. */
const DIGITS_PER_BYTE = 9;

/** Judges what a server answered to the text that its client sent. */
export function judgeExchange(conversion: Conversion, e: PairExchange): Judgement {
  if (splitByClient(conversion, e)) {
    return { verdict: "part", why: "each word stands by itself, and no space between" };
  }
  const text = textSent(conversion, e);
  const isCut = text !== e.text;
  // The lab's program was not asked for the part; the client's verdict says that it cut the text.
  if (isCut && conversion.name === "command") return { verdict: "right", why: "" };
  const line = judgeBytes(conversion, text, e.received);
  // The client may have cut the digits of one more letter in two.
  if (isCut && line.why === WHY.beside) return { verdict: "right", why: "" };
  if (line.verdict === "right" || e.altered !== undefined) return line;
  const screen = judgeScreen(conversion, e.text, e.shown);
  const isLayout = line.why === WHY.grouping && screen.verdict === "right" &&
    isGrouped(conversion, text, e.received);
  return line.verdict === "none" || isLayout ? screen : line;
}

/** Whether each word was answered by itself, because the client sent it so. */
export function splitByClient(conversion: Conversion, e: PairExchange): boolean {
  return conversion.form === "bytes" && e.text.includes(" ") &&
    !readings(e.sent, e.text).some((reading) => reading.includes(e.text)) &&
    e.text.split(" ").every((word) => readable(e.received).includes(conversion.answer(word)));
}

/** The text that a client sent: what was typed, as much as it did not cut off, or a fixed one. */
function textSent(conversion: Conversion, e: PairExchange): string {
  const { text, typed, sent } = e;
  const fixed = fixedText(conversion, e);
  if (fixed !== undefined) return fixed;
  const length = sentLength(sent, typed) ?? typed.length;
  if (length >= typed.length) return text;
  const isText = conversion.name !== "text";
  return text.slice(0, isText ? length : Math.floor((length + 1) / DIGITS_PER_BYTE));
}

/** Whether a reply has each byte as a group of its own, whatever separates the groups. */
function isGrouped(
  { answer, digit, name }: Conversion,
  text: string,
  received: Uint8Array,
): boolean {
  const expected = answer(text);
  const group = name === "binary" ? `${digit}{8}` : `${digit}{2,3}`;
  return readings(received, expected).some((reading) =>
    (reading.match(new RegExp(`(?<!\\d)${group}(?!\\d)`, "g")) ?? []).join(" ").includes(expected)
  );
}
