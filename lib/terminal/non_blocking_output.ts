/**
 * Output that nobody waits for: a reader that is slow gets the lines when it
 * comes, one that is too slow finds some left out.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { Output, type Stream, WOULD_BLOCK_PAUSE_MS } from "./output.ts";

/** What is kept for a slow reader; lines beyond that are left out. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** How long a program that ends waits for a reader to take the rest. */
const END_MS = 250;
/** How long a busy program gathers lines for one write; the first after a rest goes at once. */
const GATHER_MS = 5;
/** How often a thread looks whether another has finished its write. */
const LOCK_POLL_MS = 1;

/**
 * A server's output: nobody waits for its reader. A reader that is slow gets the
 * lines when it comes, one that is too slow finds some left out.
 */
export class NonBlockingOutput extends Output {
  #locks: Int32Array;
  #slot: number;
  #writing = Promise.resolve();
  #busy = false;
  #spare = new ByteBuffer(4096);
  #kept = 0; // the whole lines in `buffer`
  #leftOut = 0;

  /**
   * An output of one of several threads.
   *
   * @param stream Where the lines go.
   * @param locks Memory shared with the threads that write to the same place, so
   * that no line is split by another's.
   * @param slot Which of the locks is for this stream.
   */
  constructor(stream: Stream, locks: SharedArrayBuffer, slot: number) {
    super(stream);
    this.#locks = new Int32Array(locks);
    this.#slot = slot;
  }

  /** Says that a line was added to `buffer`: it is written soon, or left out. */
  override written(): void {
    if (this.broken) {
      this.buffer.length = 0;
    } else if (this.buffer.length > MAX_WAITING_BYTES) {
      this.buffer.length = this.#kept;
      if (this.#leftOut++ === 0) this.onLost("Nobody reads the transcript: lines are left out");
    }
    this.#kept = this.buffer.length;
    if (!this.#busy) {
      this.#busy = true;
      this.#writing = this.#writeAll();
    }
  }

  /** Writes what is left; a reader that takes nothing for a while costs it. */
  override async end(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, END_MS));
    await Promise.race([this.#writing, late]);
    clearTimeout(timer);
  }

  /** Writes what has gathered, and what gathers meanwhile. */
  async #writeAll(): Promise<void> {
    await Promise.resolve(); // the other lines of this turn go along
    while (this.#kept > 0 && !this.broken) {
      while (Atomics.compareExchange(this.#locks, this.#slot, 0, 1) !== 0) {
        await sleep(LOCK_POLL_MS);
      }
      const batch = this.buffer;
      this.buffer = this.#spare;
      this.#kept = 0;
      await this.#write(batch);
      Atomics.store(this.#locks, this.#slot, 0);
      batch.length = 0;
      this.#spare = batch;
      await sleep(GATHER_MS); // a write costs as much as an exchange: let many share it
    }
    this.#busy = false;
  }

  async #write(batch: ByteBuffer): Promise<void> {
    for (let at = 0; at < batch.length && !this.broken;) {
      try {
        at += await this.stream.write(batch.from(at));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) await sleep(WOULD_BLOCK_PAUSE_MS);
        else this.break(error);
      }
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
