/**
 * Changes to the bytes that pass between client and server. A client that shows the reply shows
 * the change too.
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

/** The answer to a text, with {@linkcode alteredPartOf} changed. */
export function alteredAnswer(conversion: Conversion, text: string): string {
  const part = alteredPartOf(conversion, text);
  return conversion.alterPart(part) + conversion.answer(text).slice(part.length);
}

/** A change that the proxy makes to the bytes that pass. */
export interface Alteration {
  /** Changes bytes in place; the part may be split between two calls. */
  alter: (bytes: Uint8Array) => void;
  /** The part after its change; undefined if the part has not passed. */
  changed: () => string | undefined;
  /** All bytes that have passed, after the change. */
  passed: () => Uint8Array;
}

/**
 * Changes a part of the bytes to one that differs in its last byte.
 *
 * @param everywhere Whether each occurrence is changed, not only the first.
 */
export function alteration(part: string, changed: string, everywhere = false): Alteration {
  const { length } = utf8Bytes(part);
  const last = utf8Bytes(changed).at(-1)!;
  let tail = "";
  let isDone = false;
  const pieces: Uint8Array[] = [];
  return {
    alter: (bytes) => {
      for (let i = 0; i < bytes.length && (everywhere || !isDone); i++) {
        if (bytes[i] === 0) continue;
        tail = (tail + String.fromCharCode(bytes[i])).slice(-length);
        if (tail !== part) continue;
        bytes[i] = last;
        isDone = true;
      }
      pieces.push(bytes.slice());
    },
    changed: () => isDone ? changed : undefined,
    passed: () => concat(pieces),
  };
}
