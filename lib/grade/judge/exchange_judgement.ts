/**
 * Judges one answer of a server by the bytes that it sent, or by its client's screen if those bytes
 * cannot be read; and shows an exchange as evidence.
 *
 * @module
 */
import { fixedText, judgeBytes, judgeScreen, sentInWords, sentLength } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { type Judgement, RIGHT, WHY } from "../read/judgement.ts";
import { readable, readings } from "../read/readings.ts";
import type { Exchange, PairExchange } from "../ask/exchange.ts";
import { escapeText } from "../../terminal/show.ts";
import { lenientText } from "../../wire/text.ts";
import type { Evidence } from "../results/results.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";

/** Digits of one byte, and the separator after it. */
const DIGITS_PER_BYTE = 9;
/** The width of a terminal. */
const COLUMNS = 80;
/** Characters: a shorter rest of an earlier message may be shown by chance. */
const MIN_LEFT = 5;

/** Judges the server's answer to the text that its client sent. */
export function judgeExchange(conversion: Conversion, e: PairExchange): Judgement {
  if (sentInWords(conversion, e)) return RIGHT; // the client's verdict names the fault
  const text = textSent(conversion, e) ?? e.text;
  const isCut = text !== e.text;
  // The lab's program has no answer to a part of the text; the client's verdict names the cut.
  if (isCut && conversion.name === "command") return RIGHT;
  const line = judgeBytes(conversion, text, e.received);
  // The client may have cut the text within the digits of a letter.
  if (isCut && line.why === WHY.beside) return RIGHT;
  if (line.verdict === "right") return line;
  // The screen shows the changed reply: other exchanges show whether the letter is in the frame.
  if (e.altered !== undefined) return line.why === WHY.beside ? RIGHT : line;
  const screen = judgeScreen(conversion, e.text, e.shown);
  const isLayout = line.why === WHY.grouping && screen.verdict === "right" &&
    isGrouped(conversion, text, e.received);
  // The letter beside the text is a part of the frame: the client takes it off.
  const isFrame = line.why === WHY.beside && screen.verdict === "right";
  const isOnScreen = line.verdict === "none" &&
    (screen.verdict === "right" || screen.verdict === "part" || line.why !== WHY.unchanged);
  return isOnScreen || isLayout || isFrame ? screen : line;
}

/**
 * Whether a client split a text into several frames, each with its length, and the server answered
 * each frame with one of its own: then no reply is the answer to the whole text.
 */
export function sentInFrames({ typed, sent, received }: PairExchange): boolean {
  const requests = framesOf(sent).find((frames) =>
    frames.length > 1 && frames.map(lenientText).join("") === typed
  );
  return requests !== undefined &&
    framesOf(received).some(({ length }) => length === requests.length);
}

/** The payloads of whole frames, for each usual binary length field that fits all bytes. */
function framesOf(bytes: Uint8Array): Uint8Array[][] {
  return [1, 2, 4].flatMap((size) =>
    [false, true].flatMap((isLittleEndian) => {
      const frames: Uint8Array[] = [];
      let at = 0;
      while (at + size <= bytes.length) {
        const header = bytes.slice(at, at + size);
        const digits = isLittleEndian ? header.toReversed() : header;
        const length = digits.reduce((sum, byte) => sum * 256 + byte, 0);
        frames.push(bytes.subarray(at + size, at + size + length));
        at += size + length;
      }
      return at === bytes.length ? [frames] : [];
    })
  );
}

/**
 * The text that a client sent: the typed text, its beginning, or a fixed text; undefined if what was
 * sent cannot be read.
 */
export function textSent(conversion: Conversion, e: PairExchange): string | undefined {
  const { text, typed, sent } = e;
  const fixed = fixedText(conversion, e);
  if (fixed !== undefined) return fixed;
  const length = sentLength(sent, typed);
  if (length === undefined) return undefined;
  if (length >= typed.length) return text;
  const isTextTyped = conversion.name !== "text"; // else its digits are typed
  const part = text.slice(0, isTextTyped ? length : Math.floor((length + 1) / DIGITS_PER_BYTE));
  return isTextTyped && !readable(sent).includes(part) ? part.trimEnd() : part;
}

/**
 * Whether a reply has a group of digits for each byte, whatever separates the groups. A row wider
 * than a terminal is no layout: the server converts the text in pieces.
 */
function isGrouped(
  { answer, digit, name }: Conversion,
  text: string,
  received: Uint8Array,
): boolean {
  const expected = answer(text);
  const group = name === "binary" ? `${digit}{8}` : `${digit}{2,3}`;
  return readings(received, expected).some((reading) =>
    reading.trim().split("\n").every((row, _, rows) =>
      rows.length === 1 || row.length <= COLUMNS
    ) &&
    (reading.match(new RegExp(`(?<!\\d)${group}(?!\\d)`, "g")) ?? []).join(" ").includes(expected)
  );
}

/**
 * Whether a client shows what a longer message left in its buffer: that message from the answer's
 * length on. The message is an earlier one, or the line that was typed.
 */
export function showsLeftover(e: PairExchange, all: PairExchange[]): boolean {
  const messages = all.slice(0, all.indexOf(e)).flatMap((
    { received, typed },
  ) => [readable(received).trim(), typed]);
  const reply = readable(e.received).trim();
  const { length } = reply;
  // The buffer held the typed line before it held the reply, perhaps with the reply's line end.
  const isOwnRest = [length, length + 1].some((from) => {
    const rest = e.typed.slice(from);
    return rest.length >= MIN_LEFT && !e.shown.includes(e.typed) &&
      [reply, `${reply}\n`].some((before) => e.shown.includes(before + rest));
  });
  return isOwnRest || messages.some((message) => {
    const rest = message.slice(length + 1).trim();
    return rest.length >= MIN_LEFT && e.shown.includes(rest) && !e.shown.includes(message) &&
      !readable(e.received).includes(rest) && !e.typed.includes(rest);
  });
}

/** An exchange as evidence. @param expected The expected answer, if not the right one. */
export function evidenceOf(
  conversion: Conversion,
  exchange: Exchange,
  expected?: string,
): Evidence {
  return {
    typed: escapeText(exchange.typed),
    sent: showBytes(exchange.sent),
    received: showBytes(exchange.received),
    shown: showScreen(exchange.shown),
    expected: expected ?? conversion.answer(exchange.text),
  };
}

/** Whether a reply holds the right answer, whatever separates its digits: remarks ask no more. */
export function hasAnswer(conversion: Conversion, e: Exchange): boolean {
  const expected = conversion.answer(e.text);
  if (conversion.form === "number") {
    return judgeBytes(conversion, e.text, e.received).verdict === "right";
  }
  // The verdict judges separators; here only the digits count.
  const bare = (from: string) =>
    conversion.form === "text"
      ? from
      : from.replace(conversion.name === "binary" ? /[^01]/g : /[^0-9a-f]/g, "");
  return readings(e.received, expected, e.typed).some((reading) =>
    bare(reading).includes(bare(expected))
  );
}
