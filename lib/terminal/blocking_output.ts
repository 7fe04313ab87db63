/**
 * Output that waits for its reader and loses nothing.
 *
 * @module
 */
import { Output } from "./output.ts";

/** Bytes that one write should have for a pipe or a file. */
const FLUSH_BYTES = 65_536;
/** Pause before another attempt to write to a stream that is set not to block. */
const WOULD_BLOCK_PAUSE_MS = 2;
/** After a signal, how long the reader may take for the rest. */
const HURRY_MS = 250;

/**
 * A client's output. It writes as fast as its reader reads, and loses nothing.
 *
 * @example
 * ```ts
 * const out = new BlockingOutput(Deno.stdout);
 * out.line("hello");
 * await out.end();
 * ```
 */
export class BlockingOutput extends Output {
  /** Called after a write has failed: later lines are dropped. */
  onBroken: () => void = () => {};

  /** Called before lines are written, so that the keyboard can remove the line that is being typed. */
  beforeLines: () => void = () => {};

  /**
   * Whether a write must not block the thread, because signals have handlers that run there. The
   * program then has to wait for {@linkcode taken} itself.
   */
  interruptible = false;

  #scheduled = false;
  #hurried = false;
  #writing: Promise<void> | null = null;

  /** Reports a line in `buffer`: it is written after the current task, with the next lines. */
  override written(): void {
    if (this.buffer.length >= FLUSH_BYTES) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  /** Resolves when the reader has taken all lines. */
  async taken(): Promise<void> {
    this.flush();
    await this.#writing;
  }

  /** Lets {@linkcode end} stop waiting for a reader that takes nothing. */
  hurry(): void {
    this.#hurried = true;
  }

  /** Writes all remaining lines. */
  override async end(): Promise<void> {
    this.flush();
    if (this.#writing === null) return;
    const late = new Promise<void>((resolve) => {
      if (this.#hurried) setTimeout(resolve, HURRY_MS);
    });
    await Promise.race([this.#writing, late]);
  }

  /** Writes all lines, or begins to if {@linkcode interruptible}. */
  flush(): void {
    if (this.buffer.length === 0) return;
    this.beforeLines();
    if (this.interruptible) {
      this.#writing ??= this.#writeAll().finally(() => this.#writing = null);
      return;
    }
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

  /** Handles a failed write. */
  protected override break(error: unknown): void {
    super.break(error);
    this.onBroken();
  }

  async #writeAll(): Promise<void> {
    while (this.buffer.length > 0 && !this.broken) {
      const bytes = this.buffer.filled().slice();
      this.buffer.length = 0;
      try {
        for (let at = 0; at < bytes.length;) at += await this.stream.write(bytes.subarray(at));
      } catch (error) {
        this.break(error);
      }
    }
    this.buffer.length = 0;
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
