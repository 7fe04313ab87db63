/**
 * Frames as the report shows them.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { hex } from "../terminal/show.ts";
import { utf8Bytes } from "../wire/text.ts";

/** Every message's length comes first, in four bytes. */
export const HEADER_BYTES = 4;
const SHOWN_BYTES = 24;

/** A message of the assignment: 4-byte big-endian length, then the bytes. */
export function frame(
  payload: string | Uint8Array<ArrayBuffer>,
  status = 0,
): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? utf8Bytes(payload) : payload;
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, body.length);
  header[0] = status;
  return concat([header, body]);
}

/** What the bytes of a text are in binary: the slow and obvious way. */
export function digitsOf(text: string): string {
  return Array.from(
    utf8Bytes(text),
    (byte) => byte.toString(2).padStart(8, "0"),
  ).join(" ");
}

/** Bytes in hex, the first of them if they are many. */
export function showBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), hex).join(" ");
  return bytes.length <= SHOWN_BYTES ? shown : `${shown} … (${bytes.length} bytes)`;
}
