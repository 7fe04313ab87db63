/**
 * A server's lines. A server never waits for the reader of its lines: a slow reader gets them later,
 * and lines are dropped for a reader that is too slow.
 *
 * @module
 */
import { utf8Bytes } from "../wire/text.ts";
import type { LineBudget } from "./line_budget.ts";
import type { LineWriter, StreamIndex } from "./line_writer.ts";
import { Output, type Stream } from "./output.ts";

/** A busy program sends lines this often; the first line after a pause is sent at once. */
const GATHER_MS = 5;
/** The longest time that a program which ends waits for a slow reader. */
const END_MS = 10_000;

/** Sends one thread's lines to the writer's thread. */
export type SendLines = (lines: Uint8Array<ArrayBuffer>) => void;

/**
 * The lines of one thread for one stream.
 *
 * @example
 * ```ts
 * import { LineBudget } from "./line_budget.ts";
 * import { LineWriter } from "./line_writer.ts";
 *
 * const budget = new LineBudget();
 * const writer = new LineWriter([Deno.stdout, Deno.stderr], budget);
 * const out = new ServerOutput(Deno.stdout, 0, budget, writer);
 * out.line("hello");
 * await out.end();
 * ```
 */
export class ServerOutput extends Output {
  /** The output whose lines so far are sent before each new line of this one; null: none. */
  before: ServerOutput | null = null;

  #index: StreamIndex;
  #budget: LineBudget;
  #send: SendLines;
  #writer: LineWriter | null;
  #lineStart = 0; // bytes of whole lines in `buffer`
  #sending = false;

  /**
   * An output.
   *
   * @param stream The stream; it has colours if it is a terminal.
   * @param index Its index: 0 for stdout, 1 for stderr.
   * @param budget The limit of waiting lines.
   * @param to The writer; or in another thread a function that sends lines to the writer's thread.
   */
  constructor(stream: Stream, index: StreamIndex, budget: LineBudget, to: LineWriter | SendLines) {
    super(stream);
    this.#index = index;
    this.#budget = budget;
    this.#writer = typeof to === "function" ? null : to;
    this.#send = typeof to === "function" ? to : (lines) => this.add(lines);
  }

  /** Adds another thread's lines. */
  add(lines: Uint8Array<ArrayBuffer>): void {
    this.#writer?.add(this.#index, lines, (error) => this.break(error));
  }

  /** Reports that a line was added to `buffer`: it is sent soon, or dropped. */
  override written(): void {
    if (this.before !== null) this.before.#sendNow();
    const fits = this.#budget.allows(this.#index, this.buffer.length);
    if (!fits || this.#budget.isBroken(this.#index)) {
      this.buffer.length = this.#lineStart;
      if (!fits) this.#reportLoss("The output is not read fast enough: lines are left out");
    }
    this.#lineStart = this.buffer.length;
    if (!this.#sending && this.#lineStart > 0) this.#sendSoon();
  }

  /** Adds a line that is never dropped, such as the report of dropped lines. */
  override urgentLine(text: string): void {
    this.buffer.append(utf8Bytes(text + "\n"));
    this.#lineStart = this.buffer.length;
    if (!this.#sending) this.#sendSoon();
  }

  /** Writes the remaining lines. A reader that has stalled loses them. */
  override async end(): Promise<void> {
    this.#sendNow();
    const lost = await this.#writer?.end(this.#index, END_MS) ?? 0;
    if (lost > 0) this.#reportLoss(`The output is not read: its last ${lost} bytes may be lost`);
  }

  #reportLoss(why: string): void {
    if (this.#budget.reportsLoss()) this.onLost(why);
  }

  async #sendSoon(): Promise<void> {
    this.#sending = true;
    await Promise.resolve(); // lines that are added before the next await are sent together
    while (this.#lineStart > 0) {
      this.#sendNow();
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
    this.#sending = false;
  }

  #sendNow(): void {
    if (this.#lineStart === 0) return;
    const lines = this.buffer.filled().slice();
    this.buffer.length = this.#lineStart = 0;
    this.#budget.take(lines.length);
    this.#send(lines);
  }
}
