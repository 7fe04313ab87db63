/**
 * A frame's header: four bytes that say what follows. This is the one that the
 * four programs speak; `original_header.ts` has the one of the original's servers.
 *
 * ```text
 *  byte 0   bytes 1-3              bytes 4 …
 * +--------+----------------------+-----------------------------+
 * | status | length, big-endian   | payload: length bytes, UTF-8 |
 * +--------+----------------------+-----------------------------+
 * ```
 *
 * For status 0 the first four bytes are a plain 4-byte big-endian length.
 *
 * @module
 */

/** Bytes before the payload. */
export const HEADER_BYTES = 4;
/** The largest length that three bytes can say. */
export const MAX_PAYLOAD_BYTES = 0xff_ff_ff;
/** The frame's payload is a message. */
export const STATUS_MESSAGE = 0;
/** The frame's payload is a sentence that says why there is no message. */
export const STATUS_ERROR = 1;

/** How the four bytes at `bytes[at]` are read. */
export interface HeaderFormat {
  /** The status, which can be told from the first byte alone. */
  status(bytes: Uint8Array, at: number): number;
  /** The payload's length in bytes; negative if the header cannot be one of this format. */
  length(bytes: Uint8Array, at: number): number;
  /** What every header of this format has, as half a sentence. */
  expects: string;
}

/** The header that the four programs speak. */
export const LAB_HEADER: HeaderFormat = {
  status: (bytes, at) => bytes[at],
  length: (bytes, at) => bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3],
  expects: "a header is a status byte and a 3-byte big-endian length",
};

/**
 * Writes a header.
 *
 * @param view The bytes to write to.
 * @param at Offset of the first of the four.
 * @param status {@linkcode STATUS_MESSAGE} or {@linkcode STATUS_ERROR}.
 * @param length The payload's length in bytes.
 * @throws {RangeError} If the length does not fit in three bytes.
 */
export function writeHeader(view: DataView, at: number, status: number, length: number): void {
  if (length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `Cannot write header: length must be at most ${MAX_PAYLOAD_BYTES}, got ${length}`,
    );
  }
  view.setUint32(at, status * 0x1000000 + length);
}
