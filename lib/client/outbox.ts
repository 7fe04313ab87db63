/**
 * Frames on their way to the server: what gathers while a write is under way
 * goes together in the next.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";

/** Frames that are to be written. */
export class Outbox {
  /** Where to append frames; call {@linkcode write} when enough are there. */
  frames: ByteBuffer = new ByteBuffer(4096);

  #conn: Deno.TcpConn;
  #spare = new ByteBuffer(4096);
  #writing = false;

  /** Frames that go to `conn`. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Writes what has gathered, and what gathers meanwhile. */
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
      // The server has gone, and reading tells how; `#writing` stays set.
      if (error instanceof TypeError || error instanceof RangeError) throw error;
    }
  }
}
