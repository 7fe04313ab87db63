/**
 * The only writer of a server's stdout and stderr. Other threads send it their lines, so no line
 * is split by another, even where both streams are the same pipe (`2>&1`), and the lines of both
 * streams keep their order there.
 *
 * @module
 */
import type { LineBudget } from "./line_budget.ts";
import type { Stream } from "./output.ts";

/** Index of stdout and of stderr. */
export type StreamIndex = 0 | 1;

/** Bytes in one write, to the end of a line, so that a slow reader's progress can be seen. */
const CHUNK_BYTES = 16_384;
/** A reader that takes nothing for this long has stalled. */
const STALL_MS = 250;
/** The other stream stops waiting for a stalled one after this time. */
const SHORT_STALL_MS = 100;
/** Pauses between attempts to write to a stream that is set not to block. */
const MIN_PAUSE_MS = 2;
const MAX_PAUSE_MS = 50;
const NEWLINE = 0x0a;

/** Whole lines that wait. */
interface Batch {
  lines: Uint8Array;
  /** Its number among the batches of both streams. */
  order: number;
}

/** One of the two streams. */
interface Lane {
  stream: Stream;
  batches: Batch[]; // the first is written, or waits for the other stream
  writing: Promise<void> | null; // the write under way
  running: boolean;
  written: number; // bytes so far
  error: unknown;
}

/**
 * Writes the lines of all threads.
 *
 * @example
 * ```ts
 * import { LineBudget } from "./line_budget.ts";
 *
 * const writer = new LineWriter([Deno.stdout, Deno.stderr], new LineBudget());
 * writer.add(0, new TextEncoder().encode("hello\n"), console.error);
 * const unwritten = await writer.end(0, 1_000); // 0 unless the reader stalls
 * ```
 */
export class LineWriter {
  /** Nothing is written after this time of `performance.now()`. */
  until = Infinity;

  #lanes: Lane[];
  #budget: LineBudget;
  #separate = false; // whether the two streams are known to be two files
  #added = 0; // batches so far

  /** A writer to `streams`; what waits counts in `budget`. */
  constructor(streams: [Stream, Stream], budget: LineBudget) {
    this.#budget = budget;
    this.#lanes = streams.map((stream) => ({
      stream,
      batches: [],
      writing: null,
      running: false,
      written: 0,
      error: null,
    }));
  }

  /**
   * Writes lines soon.
   *
   * @param onError Called if a write fails; nothing is written to that stream any more.
   */
  add(index: StreamIndex, lines: Uint8Array, onError: (error: unknown) => void): void {
    const lane = this.#lanes[index];
    lane.batches.push({ lines, order: this.#added++ });
    if (!lane.running) this.#run(index, lane, onError);
  }

  /**
   * Waits until all lines of a stream are written.
   *
   * @param limitMs The longest wait.
   * @returns How many bytes are not written, because the reader has stalled or the time is over.
   */
  async end(index: StreamIndex, limitMs: number): Promise<number> {
    const lane = this.#lanes[index];
    const endAt = performance.now() + limitMs;
    for (let written = -1; lane.running && written !== lane.written;) {
      written = lane.written;
      const next = Math.min(performance.now() + STALL_MS, endAt, this.until);
      while (lane.running && written === lane.written && performance.now() < next) await sleep(2);
    }
    let left = 0;
    for (const { lines } of lane.batches) left += lines.length;
    return lane.running && lane.error === null ? left : 0;
  }

  async #run(index: StreamIndex, lane: Lane, onError: (error: unknown) => void): Promise<void> {
    const other = this.#lanes[1 - index];
    lane.running = true;
    for (let batch; (batch = lane.batches[0]) !== undefined;) {
      const { lines, order } = batch;
      for (let at = 0; at < lines.length && lane.error === null;) {
        // Without this check, an idle writer would write after the caller's next timer, whose first
        // use takes Deno 2.9 some milliseconds.
        if (this.#mustWait(other, order)) await this.#turnOf(other, order);
        const end = chunkEnd(lines, at);
        lane.writing = writeAll(lane, lines.subarray(at, end));
        await lane.writing;
        lane.writing = null;
        at = end;
      }
      this.#budget.free(lines.length);
      lane.batches.shift();
      if (lane.error !== null) {
        if (!this.#budget.isBroken(index)) onError(lane.error);
        this.#budget.setBroken(index);
      }
    }
    lane.running = false; // before any other task can add lines
  }

  /** Whether the other stream has older lines: they come first, unless the streams are two files. */
  #mustWait(other: Lane, order: number): boolean {
    return !this.#separate && other.batches.length > 0 && other.batches[0].order < order;
  }

  /** Waits for the other stream's older lines, unless that has stalled and is another file. */
  async #turnOf(other: Lane, order: number): Promise<void> {
    while (this.#mustWait(other, order)) {
      const { writing, written } = other;
      if (writing === null) {
        await null; // the other stream begins its write in this round of the event loop
        continue;
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stalled = new Promise((resolve) => timer = setTimeout(resolve, SHORT_STALL_MS));
      await Promise.race([writing, stalled]);
      clearTimeout(timer);
      if (other.writing === writing && other.written === written) {
        this.#separate = !await isSameFile();
      }
    }
  }
}

/** Writes all bytes. An error is kept in the lane. */
async function writeAll(lane: Lane, bytes: Uint8Array): Promise<void> {
  let pause = MIN_PAUSE_MS;
  for (let at = 0; at < bytes.length;) {
    try {
      const count = await lane.stream.write(bytes.subarray(at));
      at += count;
      lane.written += count;
      pause = MIN_PAUSE_MS;
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) {
        lane.error = error;
        return;
      }
      await sleep(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_MS);
    }
  }
}

/** The end of the last line that fits in a chunk; of the first line if that is longer. */
function chunkEnd(lines: Uint8Array, start: number): number {
  if (lines.length - start <= CHUNK_BYTES) return lines.length;
  const last = lines.lastIndexOf(NEWLINE, start + CHUNK_BYTES - 1);
  return 1 + (last >= start ? last : lines.indexOf(NEWLINE, start));
}

// The name in a variable: for a literal, Deno 2.4 would fetch the types of Node's modules.
const FS: string = "node:fs";

/** Whether stdout and stderr are the same file or pipe. Loading the module takes some time. */
async function isSameFile(): Promise<boolean> {
  try {
    const { fstatSync } = await import(FS);
    const [out, log] = [fstatSync(1), fstatSync(2)];
    return out.dev === log.dev && out.ino === log.ino;
  } catch {
    return true; // the safe answer: lines may wait, but are never split
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
