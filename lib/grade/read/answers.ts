/**
 * Searches what a program showed or sent for the answer to a text. Labels, frames and encodings
 * around the answer do not matter.
 *
 * @module
 */
import { concat, includesNeedle } from "@std/bytes";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import type { Conversion } from "./conversions.ts";
import { holdsNumber, type Judgement, WHY } from "./judgement.ts";
import { readable, readings } from "./readings.ts";

/** Characters: a request may hold a shorter beginning of a text by chance. */
export const MIN_LETTERS = 5;
/** Words at the beginning of a line, up to a colon or a similar sign. */
const LABEL = /^[^\S\n]*\p{L}[^:=>\n]{0,30}[:=>]+[^\S\n]*/u;

/** Judges a screen: the answer may be laid out as a table, or one byte in each row. */
export function judgeScreen(conversion: Conversion, text: string, shown: string): Judgement {
  const plain = conversion.judge(text, shown);
  if (plain.verdict === "right" || conversion.form === "number") return plain;
  const cells = conversion.judge(text, cellsOf(conversion, shown));
  return cells.verdict === "right" ? cells : plain;
}

/** The groups of digits, or the single letters, that stand alone on a screen. */
function cellsOf({ form, name, digit }: Conversion, shown: string): string {
  const cell = form === "text" ? "\\p{L}" : name === "binary" ? "[01]{8}" : `${digit}{2,3}`;
  const alone = new RegExp(`(?<![\\p{L}\\p{N}])${cell}(?![\\p{L}\\p{N}])`, "gu");
  return (shown.match(alone) ?? []).join(form === "text" ? "" : " ");
}

/**
 * Judges the bytes that should hold the answer, by the best of all {@linkcode readings}.
 *
 * @example
 * ```ts
 * import { judgeBytes } from "./answers.ts";
 * import { conversionOf } from "./conversions.ts";
 *
 * const frame = new TextEncoder().encode("\0\0\0\x1101101000 01101001");
 * console.assert(judgeBytes(conversionOf("binary"), "hi", frame).verdict === "right");
 * ```
 */
export function judgeBytes(conversion: Conversion, text: string, bytes: Uint8Array): Judgement {
  const answer = conversion.answer(text);
  if (conversion.form === "text" && isLengthPrefixed(bytes, answer)) {
    return { verdict: "right", why: "" };
  }
  const judged: (Judgement & { isClear: boolean })[] = [];
  for (const reading of readings(bytes, answer, conversion.typed(text))) {
    const judgement = conversion.judge(text, reading);
    if (judgement.verdict === "right") return judgement;
    const isClear = !/[\p{Cc}\ufffd]/u.test(reading.replace(/\s/g, ""));
    judged.push({ ...judgement, isClear });
  }
  const { verdict, why } = judged.find(({ verdict }) => verdict === "part") ??
    judged.find(({ why }) => why.startsWith(WHY.garbled)) ??
    judged.find(({ isClear }) => isClear) ?? judged[0];
  const isReversed = verdict === "wrong" && conversion.name === "text" &&
    includesNeedle(bytes, utf8Bytes(text).map(reversedBits));
  const typed = conversion.typed(text);
  const isUnchanged = typed !== answer && (verdict === "none" || why === WHY.text) &&
    readable(bytes).includes(typed);
  return { verdict, why: isReversed ? WHY.reversed : isUnchanged ? WHY.unchanged : why };
}

function reversedBits(byte: number): number {
  return parseInt([...byte.toString(2).padStart(8, "0")].reverse().join(""), 2);
}

/** Whether bytes hold a text after its length, which says where the text ends. */
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

/** How much of the server's answer the client showed. */
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
  // A reading with replacement characters (U+FFFD) is no decoding of the reply.
  const replies = [
    plain,
    ...readings(received, expected, conversion.typed(text)).filter((one) =>
      !one.includes("\ufffd") || plain.includes(one)
    ),
  ];
  if (form === "number") {
    const number = isRight ? expected : longestRun(conversion, plain);
    if (number === "") return showsReply(received, shown) ? "all" : "none";
    return holdsNumber(shown, number) ? "all" : "none";
  }
  const isShown = (reply: string) => dense(reply) !== "" && dense(shown).includes(dense(reply));
  if (replies.some(isShown)) return "all";
  // The client may correct a wrong answer: the screen then says nothing about the server.
  const isCorrected = form === "bytes" && line === "wrong";
  if (!isCorrected && judgeScreen(conversion, text, shown).verdict === "right") return "all";
  // A reply's header comes before a wrong answer.
  const body = plain.trim().split(/\r?\n/).at(-1)!;
  const isBodyShown = [body, body.split("|").at(-1)!].map(dense).some((end) =>
    end !== "" && shown.split("\n").some((line) => dense(line).endsWith(end))
  );
  if (form === "text" && !isRight && isBodyShown) return "all";
  const answers = isRight ? [expected] : replies.map((reply) => longestRun(conversion, reply));
  const parts = answers.map((answer) => shownOf(conversion, answer, shown));
  return parts.find((part) => part === "all") ?? parts.find((part) => part === "part") ?? "none";
}

/** A screen without the words that begin several of its lines, such as `reply: `. */
export function withoutLabels(shown: string): string {
  const lines = shown.split("\n");
  const labels = lines.map((line) => line.match(LABEL)?.[0]);
  const isRepeated = (label: string) => labels.filter((one) => one === label).length > 1;
  return lines.map((line, i) => {
    const label = labels[i];
    return label !== undefined && isRepeated(label) ? line.slice(label.length) : line;
  }).join("\n");
}

/** How much of an answer is shown, whatever separates its parts. */
function shownOf(conversion: Conversion, answer: string, shown: string): "all" | "part" | "none" {
  if (answer === "") return "none";
  const { parts, other } = patternsOf(conversion);
  if (inOrder(answer.match(parts) ?? [answer], shown)) return "all";
  const bare = (from: string) => from.replace(other, "");
  const [all, seen] = [bare(answer), bare(shown)];
  // The last byte of a length field may look like a letter before the text.
  if (seen.includes(all) || all.length > 4 && seen.includes(all.slice(1))) return "all";
  const length = longestBeginning(all, (beginning) => seen.includes(beginning));
  const isBytes = conversion.form === "bytes";
  // Any label may hold one letter of an answer.
  const least = isBytes ? Math.min(7, all.length - 1) : 2;
  if (length < least || length === 0) return "none";
  return length * 2 >= all.length || isBytes ? "part" : "none";
}

/** Patterns for one part of an answer, for its separators, and for a run of parts in a reply. */
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

/** Whether a screen shows the whole reply, whatever white space it adds. */
export function showsReply(received: Uint8Array, shown: string): boolean {
  const reply = dense(readable(received));
  return reply !== "" && dense(shown).includes(reply);
}

/** A text without white space, and without NUL bytes as in {@linkcode readable}. */
function dense(from: string): string {
  return from.replaceAll("\0", "").replace(/\s+/g, "");
}

/** Whether a screen shows parts in this order, whatever separates them. */
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
 * Whether bytes hold a text in any of their {@linkcode readings}.
 *
 * @param unmasked If the bytes hold this text, they are not masked.
 */
export function holds(bytes: Uint8Array, text: string, unmasked?: string): boolean {
  const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = bare(text);
  return readings(bytes, text, unmasked).some((reading) => bare(reading).includes(wanted));
}

/**
 * How many characters of the typed line a client sent: all of them, or a beginning.
 *
 * @returns undefined if not even the beginning can be read.
 */
export function sentLength(sent: Uint8Array, typed: string): number | undefined {
  if (holds(sent, typed)) return typed.length;
  const length = longestBeginning(typed, (beginning) => holds(sent, beginning));
  return length < MIN_LETTERS ? undefined : length;
}

/** The length of the longest beginning, shorter than the text, that is held: a binary search. */
function longestBeginning(text: string, isHeld: (beginning: string) => boolean): number {
  let [length, tooMuch] = [0, text.length];
  while (tooMuch - length > 1) {
    const middle = (length + tooMuch) >> 1;
    if (isHeld(text.slice(0, middle))) length = middle;
    else tooMuch = middle;
  }
  return length;
}

/** A shorter text may be in a request by chance. */
const MIN_FIXED = 2;
const GROUPS = /(?<![01])[01]{8}(?: [01]{8})+(?![01])/;

interface Passed {
  typed: string;
  sent: Uint8Array;
  received: Uint8Array;
}

/**
 * The text that a client sends whatever is typed, where request and reply show it: the one
 * holds the text, and the other its binary digits. Undefined if what was typed is sent.
 */
export function fixedText(
  { name }: Pick<Conversion, "name">,
  { typed, sent, received }: Passed,
): string | undefined {
  if (name === "binary") {
    const text = textOf(received);
    return sentLength(sent, typed) === undefined && holds(sent, text) ? known(text) : undefined;
  }
  // Some digits of what was typed are in every request.
  return name === "text" && !textOf(typed).includes(textOf(sent)) ? known(textOf(sent)) : undefined;
}

/**
 * Whether a client sent each word of a text alone, and the server answered each word. A server that
 * answers the whole text has received the whole text.
 */
export function sentInWords(
  conversion: Conversion,
  { text, sent, received }: { text: string; sent: Uint8Array; received: Uint8Array },
): boolean {
  const { form, answer } = conversion;
  return form === "bytes" && text.includes(" ") &&
    !readings(sent, text).some((reading) => reading.includes(text)) &&
    text.split(" ").every((word) => readable(received).includes(answer(word))) &&
    judgeBytes(conversion, text, received).verdict !== "right";
}

function known(text: string): string | undefined {
  return text.length < MIN_FIXED ? undefined : text;
}

/** The text of the first binary digits; empty if there are none. */
function textOf(from: Uint8Array | string): string {
  const text = typeof from === "string" ? from : readable(from);
  const groups = text.match(GROUPS)?.[0].split(" ") ?? [];
  return lenientText(Uint8Array.from(groups, (group) => parseInt(group, 2)));
}
