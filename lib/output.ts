/**
 * Lines for stdout and stderr, gathered and written together. A client's wait
 * for their reader; a server's do not, because its clients would wait too.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";
import { oneLine } from "./failure.ts";
import { utf8Bytes } from "./text.ts";

/** As much as one write should bring to a pipe or a file. */
const FLUSH_BYTES = 65_536;
/** How long to leave a reader alone that has set the pipe not to block. */
const WOULD_BLOCK_PAUSE_MS = 2;
/** What a server keeps for a slow reader; lines beyond that are left out. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** How long a server that ends waits for a reader to take the rest. */
const END_MS = 250;
/** How long a busy server gathers lines for one write; the first after a rest goes at once. */
const GATHER_MS = 5;
/** How often a thread looks whether another has finished its write. */
const LOCK_POLL_MS = 1;

/** What is written to: `Deno.stdout` or `Deno.stderr`. */
export interface Stream {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** The colours that are used, as ANSI codes that look well on light and dark. */
const COLOURS = { red: 31, cyan: 36, bold: 1, dim: 2 };

/** A stream of lines for people. */
export abstract class Output {
  /** Where to append bytes; call {@linkcode Output.written} after each whole line. */
  buffer: ByteBuffer = new ByteBuffer(4096);
  /** Whether nothing can be written any more: what comes is dropped. */
  broken = false;
  /** Whether that is an error, as a full disk is; a reader that has gone is none. */
  failed = false;
  /** Told in a sentence when lines are lost. */
  onLost: (why: string) => void = () => {};

  protected readonly stream: Stream;
  #colours: boolean;

  constructor(stream: Stream) {
    this.stream = stream;
    this.#colours = !Deno.noColor && stream.isTerminal();
  }

  /** Says that a line was added to `buffer`. */
  abstract written(): void;

  /** Writes what is left, as far as that can be had. */
  abstract end(): Promise<void>;

  /** Adds a line of text. */
  line(text: string): void {
    this.buffer.append(utf8Bytes(text + "\n"));
    this.written();
  }

  /** Takes in that a write has failed. */
  protected break(error: unknown): void {
    this.broken = true;
    if (error instanceof Deno.errors.BrokenPipe) return; // … | head -1: it has had enough
    this.failed = true;
    this.onLost(`Cannot write the output: ${oneLine(error)}; make room, or write elsewhere`);
  }

  /** Text in a colour on a terminal that wants colours (see https://no-color.org); else as it is. */
  paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

/** A client's output: it goes only as fast as its reader, and loses nothing. */
export class PatientOutput extends Output {
  /** Called once when nothing can be written any more. */
  onBroken: () => void = () => {};

  #scheduled = false;

  override written(): void {
    if (this.buffer.length >= FLUSH_BYTES) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  override end(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  /** Writes what was gathered, all of it, whatever it takes. */
  flush(): void {
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

  protected override break(error: unknown): void {
    super.break(error);
    this.onBroken();
  }

  #flushSoon = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}

/**
 * A server's output: nobody waits for its reader. A reader that is slow gets the
 * lines when it comes, one that is too slow finds some left out.
 */
export class LiveOutput extends Output {
  #locks: Int32Array;
  #slot: number;
  #writing = Promise.resolve();
  #busy = false;
  #spare = new ByteBuffer(4096);
  #kept = 0; // the whole lines in `buffer`
  #leftOut = 0;

  /**
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

const never = new Int32Array(new SharedArrayBuffer(4));

function pause(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
