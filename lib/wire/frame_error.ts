/**
 * Errors for bytes that are not a frame of this protocol.
 *
 * @module
 */

/** The received bytes are no frame of this protocol. The message can be sent to the peer. */
export class FrameError extends Error {
  /** The class's name, for messages. */
  override name = "FrameError";
}

/** The error of a length over the limit. */
export function tooLong(length: number, maxPayloadBytes: number): FrameError {
  return new FrameError(
    `Cannot take the message: it must be at most ${maxPayloadBytes} bytes, got a length of ${length}`,
  );
}

/** The error of a header that is not the original's. */
export function badHeader(): FrameError {
  return new FrameError("Cannot read the frame: the original's header ends with 00 00");
}

/** The error of a first byte that is no status. */
export function unknownStatus(status: number, maxStatus: number): FrameError {
  const known = maxStatus === 0 ? "00" : "00 or 01";
  const got = status.toString(16).padStart(2, "0");
  return new FrameError(
    `Cannot read the frame: its first byte must be ${known}, got ${got}; ` +
      `a frame is a status byte, a 3-byte big-endian length, then the text`,
  );
}
