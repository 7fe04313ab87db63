/**
 * The header of the original lab's Python servers, `struct.pack("i", socket.htons(n))`: the
 * length in two bytes, then two zero bytes. It has no status: every frame is a message.
 *
 * @module
 */
import { HEADER_BYTES, type HeaderFormat, LAB_HEADER, STATUS_MESSAGE } from "./header.ts";

/** The largest length that this header can hold. */
export const MAX_ORIGINAL_PAYLOAD_BYTES = 0xff_ff;

/** The format of the original's servers. */
export const ORIGINAL_HEADER: HeaderFormat = {
  status: () => STATUS_MESSAGE,
  length: (bytes, at) =>
    // its last two bytes are 00 00
    (bytes[at + 2] | bytes[at + 3]) === 0 ? bytes[at] << 8 | bytes[at + 1] : -1,
};

/**
 * Whether a frame has the original's header: read as our header, it has an impossible status or
 * length.
 *
 * @param received The frame's bytes so far.
 * @param maxReplyBytes The longest possible reply to the request.
 *
 * @example
 * ```ts
 * // The original's reply of 81 bytes to a text of 9; read as our header: 5,308,416 bytes.
 * looksOriginal(Uint8Array.of(0x00, 0x51, 0x00, 0x00), 9 * 9); // true
 * ```
 */
export function looksOriginal(received: Uint8Array, maxReplyBytes: number): boolean {
  return received.length >= HEADER_BYTES && ORIGINAL_HEADER.length(received, 0) >= 0 &&
    (received[0] !== STATUS_MESSAGE || LAB_HEADER.length(received, 0) > maxReplyBytes);
}
