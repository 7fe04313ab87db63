/**
 * Output that waits for its reader, and loses nothing.
 *
 * @module
 */
import { Output, WOULD_BLOCK_PAUSE_MS } from "./output.ts";

/** As much as one write should bring to a pipe or a file. */
const FLUSH_BYTES = 65_536;

/** A client's output: it goes only as fast as its reader, and loses nothing. */
export class BlockingOutput extends Output {
  /** Called once when nothing can be written any more. */
  onBroken: () => void = () => {};

  /** Called before lines are written: a terminal may have a line that is being typed there. */
  beforeLines: () => void = () => {};

  #scheduled = false;

  /** Says that a line was added to `buffer`: it is written with those that follow at once. */
  override written(): void {
    if (this.buffer.length >= FLUSH_BYTES) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  /** Writes what is left, all of it. */
  override end(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  /** Writes what was gathered, all of it, whatever it takes. */
  flush(): void {
    if (this.buffer.length > 0) this.beforeLines();
    const bytes = this.buffer.filled();
    for (let at = 0; at < bytes.length && !this.broken;) {
      try {
        at += this.stream.writeSync(bytes.subarray(at));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) pause(WOULD_BLOCK_PAUSE_MS);
        else this.break(error);
      }
    }
    this.buffer.length = 0;
  }

  /** Takes in that a write has failed. */
  protected override break(error: unknown): void {
    super.break(error);
    this.onBroken();
  }

  #flushSoon = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}

const never = new Int32Array(new SharedArrayBuffer(4));

function pause(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
