/**
 * Changes to a reply on its way, which the client has to show.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import type { Conversion } from "./conversions.ts";

/** The part of an answer whose last character is changed: its first bytes, or the whole text. */
export function alteredPartOf(conversion: Conversion, text: string): string {
  return conversion.alteredPart(conversion.answer(text));
}

/** The answer to a text with that character changed. */
export function alteredAnswer(conversion: Conversion, text: string): string {
  const mark = alteredPartOf(conversion, text);
  return conversion.alterPart(mark) + conversion.answer(text).slice(mark.length);
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
