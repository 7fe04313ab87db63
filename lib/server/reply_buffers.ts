/**
 * Buffers for replies. It guards memory: a client has one only while it is being
 * answered, and what many clients share is not made anew for each.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";

/** Replies are written when so many bytes have gathered: others get their turn. */
export const BATCH_BYTES = 65_536;
/** Buffers begin with this size, which always is granted. */
export const SMALL_REPLY_BYTES = 4096;
/** Buffers that more than a few batches have grown are not worth keeping. */
const MAX_KEPT_BYTES = 4 * BATCH_BYTES;
/** As many as are in use at once when many clients are answered in one turn. */
const MAX_KEPT_BUFFERS = 64;

/** The buffers that are not in use. */
export class ReplyBuffers {
  #free: ByteBuffer[] = [];

  /** An empty buffer. */
  take(): ByteBuffer {
    return this.#free.pop() ?? new ByteBuffer(SMALL_REPLY_BYTES);
  }

  /** Takes a buffer back once nothing uses it any more. */
  give(buffer: ByteBuffer): void {
    buffer.length = 0;
    if (buffer.bytes.length > MAX_KEPT_BYTES) buffer.free();
    else if (this.#free.length < MAX_KEPT_BUFFERS) this.#free.push(buffer);
  }
}
