/**
 * Frames for the server. Frames that are added during a write go together in the next write.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";

/** Frames that wait to be written. */
export class Outbox {
  /** Where to append frames; call {@linkcode write} after that. */
  frames: ByteBuffer = new ByteBuffer(4096);

  #conn: Deno.TcpConn;
  #spare = new ByteBuffer(4096);
  #writing = false;

  /** An outbox for `conn`. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Writes all frames, also those that are added meanwhile. */
  async write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      while (this.frames.length > 0) {
        const batch = this.frames;
        this.frames = this.#spare;
        for (let sent = 0; sent < batch.length;) sent += await this.#conn.write(batch.from(sent));
        batch.length = 0;
        this.#spare = batch;
      }
      this.#writing = false;
    } catch (error) {
      // The server has gone: the read reports it. `#writing` stays set, so nothing more is written.
      if (error instanceof TypeError || error instanceof RangeError) throw error;
    }
  }
}
