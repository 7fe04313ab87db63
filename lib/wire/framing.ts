/**
 * Frames: a header (see `header.ts`), then as many bytes of payload as the header announces. TCP
 * may deliver a frame in any number of pieces; this file joins them. It uses no socket.
 *
 * @module
 */
import type { ByteBuffer, Grant } from "./byte_buffer.ts";
import { badHeader, tooLong, unknownStatus } from "./frame_error.ts";
import { HEADER_BYTES, type HeaderFormat, LAB_HEADER, writeHeader } from "./header.ts";
import { ReceiveBuffer } from "./receive_buffer.ts";

/**
 * Appends a whole frame to a buffer for writing.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "./byte_buffer.ts";
 * import { STATUS_MESSAGE } from "./header.ts";
 *
 * const out = new ByteBuffer(16);
 * appendFrame(out, STATUS_MESSAGE, new TextEncoder().encode("hi"));
 * out.filled(); // 00 00 00 02 68 69
 * ```
 */
export function appendFrame(out: ByteBuffer, status: number, payload: Uint8Array): void {
  const at = out.extend(HEADER_BYTES);
  writeHeader(out.view, at, status, payload.length);
  out.append(payload);
}

/** The limits of a decoder, and where it gets memory. */
export interface FrameLimits {
  /** The largest payload to accept, in bytes. */
  maxPayloadBytes: number;
  /** The highest status to accept: 0 for requests, 1 for replies. */
  maxStatus: number;
  /** The header's format; {@linkcode LAB_HEADER} if absent. */
  header?: HeaderFormat;
  /** Asked before the receive buffer grows; if absent, the buffer may always grow. */
  grant?: Grant;
}

/**
 * Turns received bytes into frames. Read into {@linkcode FrameDecoder.room}, report the number of
 * bytes with `onReceived()` (of `ReceiveBuffer`), then call {@linkcode FrameDecoder.next} until it
 * returns false. A frame's payload is not copied.
 *
 * @example
 * ```ts
 * async function readFrames(conn: Deno.Conn) {
 *   const frames = new FrameDecoder({ maxPayloadBytes: 1024, maxStatus: 0 });
 *   for (let n; (n = await conn.read(frames.room())) !== null;) {
 *     frames.onReceived(n);
 *     while (frames.next()) console.log(frames.payload());
 *   }
 * }
 * ```
 */
export class FrameDecoder extends ReceiveBuffer {
  /** The current frame's status. */
  status = 0;
  /** Where the current frame's payload begins in {@linkcode bytes}. */
  start = 0;
  /** Where the payload ends, exclusive. */
  end = 0;

  #limits: FrameLimits;
  #header: HeaderFormat;

  /** A decoder that has received nothing. */
  constructor(limits: FrameLimits) {
    super(limits.grant ?? (() => true));
    this.#limits = limits;
    this.#header = limits.header ?? LAB_HEADER;
  }

  /** How many received bytes {@linkcode next} has not passed yet. */
  get buffered(): number {
    return this.tail - this.head;
  }

  /** The payload length in the next frame's header; -1 before the header is complete. */
  get announced(): number {
    return this.buffered < HEADER_BYTES ? -1 : this.#header.length(this.bytes, this.head);
  }

  /** The unfinished frame's bytes so far, without a copy: valid until {@linkcode room}. */
  unfinished(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.head, this.tail);
  }

  /** The current frame's payload, without a copy: valid until {@linkcode room}. */
  payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.start, this.end);
  }

  /**
   * The free part of the buffer, for the next read. Never empty: it grows with the current frame.
   *
   * @throws {MemoryError} If more memory is needed and not granted.
   */
  room(): Uint8Array<ArrayBuffer> {
    return this.roomFor(HEADER_BYTES + Math.max(0, this.announced));
  }

  /**
   * Steps to the next complete frame: its `status`, `start` and `end` are set.
   *
   * @returns Whether there is one.
   * @throws {FrameError} If the status is unknown, the header has another format, or the length is
   * over the limit: all before the payload arrives.
   */
  next(): boolean {
    const { bytes, head, tail } = this;
    const { maxStatus, maxPayloadBytes } = this.#limits;
    if (head === tail) return false; // no byte of the next frame
    const status = this.#header.status(bytes, head);
    if (status > maxStatus) throw unknownStatus(status, maxStatus);
    if (tail - head < HEADER_BYTES) return false; // the header is incomplete
    const length = this.#header.length(bytes, head);
    if (length < 0) throw badHeader(); // only in the original's format (original_header.ts)
    if (length > maxPayloadBytes) throw tooLong(length, maxPayloadBytes);
    if (tail - head < HEADER_BYTES + length) return false; // the payload is incomplete
    this.status = status;
    this.start = head + HEADER_BYTES;
    this.head = this.end = this.start + length;
    return true;
  }
}
