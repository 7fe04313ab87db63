/**
 * The header that the original lab's Python servers send:
 * `struct.pack("i", socket.htons(n))`, which is the length in two bytes, then two
 * zero bytes. There is no status: every frame is a message.
 *
 * @module
 */
import { HEADER_BYTES, type HeaderFormat, LAB_HEADER, STATUS_MESSAGE } from "./header.ts";

/** The largest length that such a header can say. */
export const MAX_ORIGINAL_PAYLOAD_BYTES = 0xff_ff;

/** The header of the original's servers. */
export const ORIGINAL_HEADER: HeaderFormat = {
  status: () => STATUS_MESSAGE,
  length: (bytes, at) =>
    (bytes[at + 2] | bytes[at + 3]) === 0 ? bytes[at] << 8 | bytes[at + 1] : -1,
  expects: "an original's header ends with 00 00",
};

/**
 * Whether bytes begin with a header of the original's, which would be absurd as
 * one of ours.
 *
 * @param received What has come of a frame.
 * @param maxReplyBytes The longest reply that there could be to what was asked.
 */
export function looksOriginal(received: Uint8Array, maxReplyBytes: number): boolean {
  return received.length >= HEADER_BYTES && ORIGINAL_HEADER.length(received, 0) >= 0 &&
    (received[0] !== STATUS_MESSAGE || LAB_HEADER.length(received, 0) > maxReplyBytes);
}
