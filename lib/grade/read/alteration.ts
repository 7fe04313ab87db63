/**
 * Changes to a reply on its way, which the client has to show.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import { type PairNumber, question } from "./answers.ts";

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
