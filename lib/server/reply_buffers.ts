/**
 * A pool of buffers for replies. A client has a buffer only while it is being answered, and busy
 * clients do not allocate a new one for each reply.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import type { Quota } from "./quota.ts";

/** A batch of replies is written once it has this many bytes. */
export const BATCH_BYTES = 65_536;
/** First size of a buffer. Only bytes beyond it count against the quota. */
export const SMALL_REPLY_BYTES = 4096;
/** Buffers that have grown beyond a few batches are freed. */
const MAX_KEPT_BYTES = 4 * BATCH_BYTES;
/** Enough for the clients that are answered in one turn. */
const MAX_KEPT_BUFFERS = 64;

/** The buffers that are not in use. They count against the quota like those in use. */
export class ReplyBuffers {
  #quota: Quota;
  #free: ByteBuffer[] = [];

  /** An empty pool; its buffers get their memory from `quota`. */
  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /** An empty buffer. */
  take(): ByteBuffer {
    return this.#free.pop() ??
      new ByteBuffer(SMALL_REPLY_BYTES, (bytes) => this.#quota.grant(bytes));
  }

  /** Takes back a buffer that is no longer in use. */
  give(buffer: ByteBuffer): void {
    buffer.length = 0;
    const { length } = buffer.bytes;
    const keep = length <= MAX_KEPT_BYTES && this.#free.length < MAX_KEPT_BUFFERS &&
      (length <= SMALL_REPLY_BYTES || this.#quota.hasSpareMemory);
    if (keep) this.#free.push(buffer);
    else buffer.free();
  }
}
