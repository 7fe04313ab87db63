/**
 * Frames for the server. Frames that are added during a write go together in the next write.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";

/**
 * Frames that wait to be written.
 *
 * @example
 * ```ts
 * import { appendFrame } from "../wire/framing.ts";
 *
 * const outbox = new Outbox(await Deno.connect({ hostname: "127.0.0.1", port: 3000 }));
 * appendFrame(outbox.outgoing, 0, new TextEncoder().encode("hi"));
 * await outbox.write();
 * ```
 */
export class Outbox {
  /** Frames; append to it, and call {@linkcode write}. */
  outgoing: ByteBuffer = new ByteBuffer(4096);

  #conn: Deno.TcpConn;
  #spare = new ByteBuffer(4096);
  #writing = false;

  /** An outbox for `conn`. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Writes all frames, also those that are added during the write. */
  async write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      while (this.outgoing.length > 0) {
        const batch = this.outgoing;
        this.outgoing = this.#spare;
        for (let sent = 0; sent < batch.length;) sent += await this.#conn.write(batch.filled(sent));
        batch.length = 0;
        this.#spare = batch;
      }
      this.#writing = false;
    } catch (error) {
      // The connection is closed: the read reports it. `#writing` stays set, so no later write starts.
      if (error instanceof TypeError || error instanceof RangeError) throw error;
    }
  }
}
