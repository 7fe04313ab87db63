/**
 * A frame's header: four bytes, a status and the payload's length. `original_header.ts` has the
 * header of the original lab's servers (`--legacy-server`).
 *
 * ```text
 *   byte 0   bytes 1-3              bytes 4 …
 * +--------+----------------------+------------------------------+
 * | status | length, big-endian   | payload: length bytes, UTF-8 |
 * +--------+----------------------+------------------------------+
 * ```
 *
 * With status 0 the four bytes are those of the original lab's clients: a 4-byte big-endian length.
 *
 * @module
 */

/** The header's length. */
export const HEADER_BYTES = 4;
/** The largest length that three bytes can hold. */
export const MAX_PAYLOAD_BYTES = 0xff_ff_ff;
/** Status of a frame whose payload is a message. */
export const STATUS_MESSAGE = 0;
/** Status of a frame whose payload is an error message for people. */
export const STATUS_ERROR = 1;

/** A format of headers: how to read the four bytes at `bytes[at]`. */
export interface HeaderFormat {
  /** The frame's status: only the first byte is needed. */
  status(bytes: Uint8Array, at: number): number;
  /** The payload's length in bytes; negative if the header is not of this format. */
  length(bytes: Uint8Array, at: number): number;
}

/** The format of the four programs. */
export const LAB_HEADER: HeaderFormat = {
  status: (bytes, at) => bytes[at],
  length: (bytes, at) => bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3],
};

/**
 * Writes a header.
 *
 * @param view The bytes to write to.
 * @param at Offset of the header's first byte.
 * @param status {@linkcode STATUS_MESSAGE} or {@linkcode STATUS_ERROR}.
 * @param length The payload's length in bytes.
 * @throws {RangeError} If the length does not fit in three bytes.
 *
 * @example
 * ```ts
 * writeHeader(new DataView(new ArrayBuffer(4)), 0, STATUS_MESSAGE, 80); // 00 00 00 50
 * ```
 */
export function writeHeader(view: DataView, at: number, status: number, length: number): void {
  if (length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `Cannot write header: length must be at most ${MAX_PAYLOAD_BYTES}, got ${length}`,
    );
  }
  view.setUint32(at, status * 0x1000000 + length); // big-endian: the status is the first byte
}
