/**
 * Frames: a status byte, a 3-byte big-endian length, then that many bytes of
 * payload. Bytes in, frames out, in whatever pieces they come; no socket here.
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
import { ByteBuffer } from "./byte_buffer.ts";

/** Bytes before the payload. */
export const HEADER_BYTES = 4;
/** The largest length that three bytes can say. */
export const MAX_PAYLOAD_BYTES = 0xff_ff_ff;
/** The frame's payload is a message. */
export const STATUS_MESSAGE = 0;
/** The frame's payload is a sentence that says why there is no message. */
export const STATUS_ERROR = 1;

/** What a connection that says nothing costs: room for a first frame of usual size. */
const IDLE_BYTES = 256;
/** The most that one read brings, so that one busy peer does not hold up the rest. */
const READ_BYTES = 65_536;

/** Bytes that are not this protocol. Its message is a sentence for the peer. */
export class FrameError extends Error {
  override name = "FrameError";
}

/** Not enough memory for the frame that is coming in. */
export class MemoryError extends Error {
  override name = "MemoryError";
}

/**
 * Writes a header.
 *
 * @param view The bytes to write to.
 * @param at Offset of the first of the four.
 * @param status {@linkcode STATUS_MESSAGE} or {@linkcode STATUS_ERROR}.
 * @param length The payload's length in bytes.
 * @throws {RangeError} If the length does not fit in three bytes.
 */
export function writeHeader(
  view: DataView,
  at: number,
  status: number,
  length: number,
): void {
  if (length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `Cannot write header: length must be at most ${MAX_PAYLOAD_BYTES}, got ${length}`,
    );
  }
  view.setUint32(at, status * 0x1000000 + length);
}

/** Appends a whole frame to bytes that are about to be written. */
export function appendFrame(
  out: ByteBuffer,
  status: number,
  payload: Uint8Array,
): void {
  const at = out.extend(HEADER_BYTES);
  writeHeader(out.view, at, status, payload.length);
  out.append(payload);
}

/**
 * A frame as bytes.
 *
 * @example
 * ```ts
 * import { encodeFrame, STATUS_MESSAGE } from "./framing.ts";
 *
 * encodeFrame(STATUS_MESSAGE, new TextEncoder().encode("hi"));
 * // 00 00 00 02 68 69
 * ```
 */
export function encodeFrame(
  status: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(HEADER_BYTES + payload.length);
  appendFrame(out, status, payload);
  return out.filled();
}

/** What a decoder lets through, and where it gets memory. */
export interface FrameLimits {
  /** The largest payload to accept, in bytes. */
  maxPayloadBytes: number;
  /** The highest status to accept: 0 for requests, 1 for replies. */
  maxStatus: number;
  /** Whether lengths come as the original's servers send them: `hi lo 00 00`. */
  legacy?: boolean;
  /** Asks for more bytes of memory, or gives back (negative). Always granted if absent. */
  grant?: (bytes: number) => boolean;
}

/**
 * Turns received bytes into frames. Reads go into {@linkcode FrameDecoder.room},
 * {@linkcode FrameDecoder.received} says how many came, and
 * {@linkcode FrameDecoder.next} steps from frame to frame without copying.
 *
 * @example
 * ```ts
 * import { FrameDecoder } from "./framing.ts";
 *
 * async function readFrames(conn: Deno.Conn) {
 *   const frames = new FrameDecoder({ maxPayloadBytes: 1024, maxStatus: 0 });
 *   for (let n; (n = await conn.read(frames.room())) !== null;) {
 *     frames.received(n);
 *     while (frames.next()) console.log(frames.payload());
 *   }
 * }
 * ```
 */
export class FrameDecoder {
  /** Storage; the frame that `next()` found has its payload at `start` to `end`. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(IDLE_BYTES);
  /** The current frame's status. */
  status = 0;
  /** Where the current frame's payload begins in `bytes`. */
  start = 0;
  /** Where it ends, exclusive. */
  end = 0;

  #limits: FrameLimits;
  #head = 0; // first byte not yet stepped over
  #tail = 0; // end of what was received
  #full = false; // whether the last read filled its room: more is waiting

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** How many bytes of a frame that is not whole yet have come. */
  get partial(): number {
    return this.#tail - this.#head;
  }

  /** The payload length that the unfinished frame announces; -1 before its header is whole. */
  get announced(): number {
    return this.partial < HEADER_BYTES ? -1 : this.#length(this.#head);
  }

  /**
   * Whether the unfinished frame's header looks like one of the original's
   * servers, and would be absurd as one of ours: in reply to so many bytes.
   */
  seemsLegacy(requestBytes: number): boolean {
    const { bytes } = this;
    const at = this.#head;
    return this.partial >= HEADER_BYTES && !this.#limits.legacy &&
      bytes[at + 2] === 0 && bytes[at + 3] === 0 &&
      (bytes[at] !== 0 || this.#length(at) > 9 * requestBytes);
  }

  /** The current frame's payload, without a copy: valid until `room()`. */
  payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.start, this.end);
  }

  /**
   * Where the next read may put bytes. Never empty: it grows with what came, up
   * to the frame that is coming in, not with what a header announces.
   *
   * @throws {MemoryError} If more memory is needed and not granted.
   */
  room(): Uint8Array<ArrayBuffer> {
    if (this.#head === this.#tail) this.#head = this.#tail = 0;
    if (this.#full) {
      this.bytes.copyWithin(0, this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
      const most = Math.max(READ_BYTES, HEADER_BYTES + this.announced);
      if (this.bytes.length < READ_BYTES || this.#tail === this.bytes.length) this.#grow(most);
      this.#full = false;
    }
    return this.#tail === 0 ? this.bytes : this.bytes.subarray(this.#tail);
  }

  /** Takes in the bytes that a read put into `room()`. */
  received(count: number): void {
    this.#tail += count;
    this.#full = this.#tail === this.bytes.length;
  }

  /**
   * Steps to the next whole frame: its `status`, `start` and `end` are set.
   *
   * @returns Whether there is one.
   * @throws {FrameError} If the status is unknown or the length over the limit;
   * the first is told from one byte, the second from four.
   */
  next(): boolean {
    const { bytes } = this;
    const at = this.#head;
    const available = this.#tail - at;
    if (available === 0) return false;
    const status = this.#limits.legacy ? STATUS_MESSAGE : bytes[at];
    if (status > this.#limits.maxStatus) throw unknownStatus(status, this.#limits.maxStatus);
    if (available < HEADER_BYTES) return false;
    if (this.#limits.legacy && (bytes[at + 2] | bytes[at + 3]) !== 0) {
      throw new FrameError(
        "Cannot read the frame: an original's header ends with 00 00; try without --legacy-server",
      );
    }
    const length = this.#length(at);
    if (length > this.#limits.maxPayloadBytes) {
      throw new FrameError(
        `Cannot take the message: it must be at most ${this.#limits.maxPayloadBytes} bytes, got a length of ${length}`,
      );
    }
    if (available < HEADER_BYTES + length) return false;
    this.status = status;
    this.start = at + HEADER_BYTES;
    this.#head = this.end = this.start + length;
    return true;
  }

  /** Gives back memory that use has grown beyond `most` bytes, if no part of a frame is in it. */
  shrink(most: number): void {
    if (
      this.#head !== this.#tail ||
      this.bytes.length <= Math.max(most, IDLE_BYTES)
    ) return;
    const { buffer } = this.bytes;
    this.release();
    buffer.transfer(0); // frees it at once
  }

  /** Forgets everything received, and gives the memory back. */
  release(): void {
    this.#head = this.#tail = 0;
    this.#full = false;
    if (this.bytes.length === IDLE_BYTES) return;
    this.#limits.grant?.(IDLE_BYTES - this.bytes.length);
    this.bytes = new Uint8Array(IDLE_BYTES);
  }

  #length(at: number): number {
    const { bytes } = this;
    return this.#limits.legacy
      ? bytes[at] << 8 | bytes[at + 1]
      : bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
  }

  #grow(most: number): void {
    const { length } = this.bytes;
    const target = Math.min(length * (length < READ_BYTES ? 4 : 2), most);
    if (target <= length) return;
    if (this.#limits.grant?.(target - length) === false) {
      if (this.#tail < length) return; // it would have been faster, that is all
      throw new MemoryError(
        `Cannot get ${target - length} more bytes for a frame`,
      );
    }
    // transfer() frees the old bytes at once, so growing leaves no garbage.
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(target));
  }
}

function unknownStatus(status: number, most: number): FrameError {
  return new FrameError(
    `Cannot read the frame: its first byte must be ${most === 0 ? "00" : "00 or 01"}, got ${
      status.toString(16).padStart(2, "0")
    }; this is a conversation in frames: a 4-byte big-endian length, then the text`,
  );
}
