/**
 * Lines for stdout and stderr, gathered and written together: once a turn of
 * the event loop, or when there are many.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";
import { utf8Bytes } from "./text.ts";

/** As much as one write should bring to a pipe or a file. */
const FLUSH_BYTES = 65_536;
/** How long to leave a reader alone that has set the pipe not to block. */
const WOULD_BLOCK_PAUSE_MS = 2;

/** What a program writes to: `Deno.stdout` or `Deno.stderr`. */
export interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** The colours that are used, as ANSI codes that look well on light and dark. */
const COLOURS = { red: 31, cyan: 36, bold: 1, dim: 2 };

/** A stream of lines for people. */
export class Output {
  /** Whether the reader has gone (`… | head -1`): what is written is dropped. */
  broken = false;
  /** Called once when the reader is found to have gone. */
  onBroken: () => void = () => {};

  #writer: SyncWriter;
  #lock: Int32Array | null;
  #colours: boolean;
  #gathered = new ByteBuffer(4096);
  #scheduled = false;

  /**
   * @param writer Where the lines go.
   * @param lock Memory shared with the threads that write to the same place, so
   * that no line is split by another's.
   */
  constructor(writer: SyncWriter, lock?: SharedArrayBuffer) {
    this.#writer = writer;
    this.#lock = lock ? new Int32Array(lock) : null;
    this.#colours = !Deno.noColor && writer.isTerminal();
  }

  /**
   * Where to append bytes that go out with the next flush; call
   * {@linkcode Output.written} after.
   */
  get buffer(): ByteBuffer {
    return this.#gathered;
  }

  /** Says that `buffer` was added to. */
  written(): void {
    if (this.#gathered.length >= FLUSH_BYTES) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  /** Adds a line of text. */
  line(text: string): void {
    this.#gathered.append(utf8Bytes(text + "\n"));
    this.written();
  }

  /** Text in a colour on a terminal that wants colours (see https://no-color.org); else as it is. */
  paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }

  /** Writes what was gathered, all of it, whatever it takes. */
  flush(): void {
    if (this.#gathered.length === 0) return;
    if (this.#lock) acquire(this.#lock);
    this.#write(this.#gathered.filled());
    if (this.#lock) release(this.#lock);
    this.#gathered.length = 0;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.broken;) {
      try {
        at += this.#writer.writeSync(bytes.subarray(at));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) {
          pause(WOULD_BLOCK_PAUSE_MS);
        } else {
          this.broken = true;
          this.onBroken();
        }
      }
    }
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

function acquire(lock: Int32Array): void {
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) {
    Atomics.wait(lock, 0, 1, 100);
  }
}

function release(lock: Int32Array): void {
  Atomics.store(lock, 0, 0);
  Atomics.notify(lock, 0, 1);
}
