/**
 * Frames: a header (see `header.ts`), then as many bytes of payload as it says.
 * Bytes in, frames out, in whatever pieces they come; no socket here.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";
import { HEADER_BYTES, type HeaderFormat, LAB_HEADER, writeHeader } from "./header.ts";
import { type Grant, ReceiveBuffer } from "./receive_buffer.ts";

/** Bytes that are not this protocol. Its message is a sentence for the peer. */
export class FrameError extends Error {
  /** The class's name, for messages. */
  override name = "FrameError";
}

/** Appends a whole frame to bytes that are about to be written. */
export function appendFrame(out: ByteBuffer, status: number, payload: Uint8Array): void {
  const at = out.extend(HEADER_BYTES);
  writeHeader(out.view, at, status, payload.length);
  out.append(payload);
}

/**
 * A frame as bytes.
 *
 * @example
 * ```ts
 * import { encodeFrame } from "./framing.ts";
 * import { STATUS_MESSAGE } from "./header.ts";
 *
 * encodeFrame(STATUS_MESSAGE, new TextEncoder().encode("hi"));
 * // 00 00 00 02 68 69
 * ```
 */
export function encodeFrame(status: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
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
  /** How headers are read; {@linkcode LAB_HEADER} if absent. */
  header?: HeaderFormat;
  /** Asks for memory. Always granted if absent. */
  grant?: Grant;
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
  /** The current frame's status. */
  status = 0;
  /** Where the current frame's payload begins in {@linkcode bytes}. */
  start = 0;
  /** Where it ends, exclusive. */
  end = 0;

  #limits: FrameLimits;
  #header: HeaderFormat;
  #buffer: ReceiveBuffer;

  /** @param limits What it lets through, and where it gets memory. */
  constructor(limits: FrameLimits) {
    this.#limits = limits;
    this.#header = limits.header ?? LAB_HEADER;
    this.#buffer = new ReceiveBuffer(limits.grant ?? (() => true));
  }

  /** Storage; the frame that {@linkcode next} found has its payload at `start` to `end`. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.bytes;
  }

  /** How many bytes of a frame that is not whole yet have come. */
  get partial(): number {
    return this.#buffer.tail - this.#buffer.head;
  }

  /** The payload length that the unfinished frame announces; -1 before its header is whole. */
  get announced(): number {
    const { bytes, head } = this.#buffer;
    return this.partial < HEADER_BYTES ? -1 : this.#header.length(bytes, head);
  }

  /** What has come of the unfinished frame, without a copy: valid until {@linkcode room}. */
  unfinished(): Uint8Array<ArrayBuffer> {
    return this.#buffer.bytes.subarray(this.#buffer.head, this.#buffer.tail);
  }

  /** The current frame's payload, without a copy: valid until {@linkcode room}. */
  payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.start, this.end);
  }

  /**
   * Where the next read may put bytes. Never empty.
   *
   * @throws {MemoryError} If more memory is needed and not granted.
   */
  room(): Uint8Array<ArrayBuffer> {
    return this.#buffer.room(HEADER_BYTES + this.announced);
  }

  /** Takes in the bytes that a read put into {@linkcode room}. */
  received(count: number): void {
    this.#buffer.received(count);
  }

  /**
   * Steps to the next whole frame: its `status`, `start` and `end` are set.
   *
   * @returns Whether there is one.
   * @throws {FrameError} If the status is unknown or the length over the limit;
   * the first is told from one byte, the second from four.
   */
  next(): boolean {
    const { bytes, head, tail } = this.#buffer;
    const { maxStatus, maxPayloadBytes } = this.#limits;
    if (head === tail) return false;
    const status = this.#header.status(bytes, head);
    if (status > maxStatus) throw unknownStatus(status, maxStatus);
    if (tail - head < HEADER_BYTES) return false;
    const length = this.#header.length(bytes, head);
    if (length < 0) throw new FrameError(`Cannot read the frame: ${this.#header.expects}`);
    if (length > maxPayloadBytes) throw tooLong(length, maxPayloadBytes);
    if (tail - head < HEADER_BYTES + length) return false;
    this.status = status;
    this.start = head + HEADER_BYTES;
    this.#buffer.head = this.end = this.start + length;
    return true;
  }

  /** Gives back memory that use has grown beyond `maxBytes`, if no part of a frame is in it. */
  shrink(maxBytes: number): void {
    this.#buffer.shrink(maxBytes);
  }

  /** Forgets everything received, and gives the memory back. */
  release(): void {
    this.#buffer.release();
  }
}

function tooLong(length: number, maxPayloadBytes: number): FrameError {
  return new FrameError(
    `Cannot take the message: it must be at most ${maxPayloadBytes} bytes, got a length of ${length}`,
  );
}

function unknownStatus(status: number, maxStatus: number): FrameError {
  const known = maxStatus === 0 ? "00" : "00 or 01";
  const got = status.toString(16).padStart(2, "0");
  return new FrameError(
    `Cannot read the frame: its first byte must be ${known}, got ${got}; ` +
      `this is a conversation in frames: a 4-byte big-endian length, then the text`,
  );
}
