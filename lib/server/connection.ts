/**
 * One client's life on its socket: read, answer, write in batches, and at the
 * end half-close and drain.
 *
 * @module
 */
import { inZone } from "../cli/interfaces.ts";
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { MemoryError } from "../wire/receive_buffer.ts";
import { ClientLog } from "./client_log.ts";
import type { ConnectionContext } from "./context.ts";
import { Deadlines, seconds, STOP_DRAIN_MS } from "./deadlines.ts";
import { Exchange, NO_MEMORY } from "./exchange.ts";
import { FairTurn } from "./fair_turn.ts";
import { cutShort, halfClose, whyFailed } from "./closing.ts";

/**
 * `reading`: waiting for bytes. `writing`: waiting for the client to take its
 * replies. `draining`: the last word is said, reading on so that it arrives.
 */
type Phase = "reading" | "writing" | "draining" | "closed";

/** Room for a last word; a longer one makes its own. */
const LAST_WORD_BYTES = 256;
/** Where drained bytes go: nobody looks at them, so all share one place. */
const drained = new Uint8Array(65_536);

/**
 * One client. It ends when it says goodbye, closes, breaks the protocol or is too
 * slow; when its socket or its answer fails; and when memory is short, or the
 * server is full or stops.
 */
export class Connection {
  #context: ConnectionContext;
  #conn: Deno.TcpConn;
  #onClosed: () => void;
  #log: ClientLog;
  #exchange: Exchange;
  #deadlines: Deadlines;
  #turn = new FairTurn();
  #phase: Phase = "reading";
  #more = false; // whether the last read filled its room: there is more to read

  /** Takes `conn` over; `onClosed` is told once when it has closed it. */
  constructor(
    context: ConnectionContext,
    conn: Deno.TcpConn,
    onClosed: () => void,
  ) {
    this.#context = context;
    this.#conn = conn;
    this.#onClosed = onClosed;
    this.#log = new ClientLog(context, inZone(conn.remoteAddr, context.zone));
    this.#exchange = new Exchange(context, this.#log);
    this.#deadlines = new Deadlines(context.limits, context.clock.now);
  }

  /**
   * Serves the client until it has gone.
   *
   * @param refusal Why it is not served: it is told so, and drained.
   */
  async serve(refusal?: string): Promise<void> {
    const { buffers } = this.#context;
    const { frames } = this.#exchange;
    try {
      this.#conn.setNoDelay(true); // fails once a read or a write is under way
      this.#conn.setKeepAlive(true); // a client that has vanished is noticed, if late
      if (refusal !== undefined) this.#drain(refusal);
      for (;;) {
        const room = this.#roomOrDrain();
        const count = await this.#conn.read(room);
        if (count === null) return this.#logEnd(cutShort(frames));
        this.#turn.add(count);
        if (this.#turn.over) await this.#turn.yield(); // a read that need not wait runs nobody else
        this.#more = count === room.length;
        if (this.#phase !== "reading") continue; // draining; if closed, the next read fails
        this.#deadlines.heard(this.#context.clock.now, frames.partial === 0);
        frames.received(count);
        const out = buffers.take();
        while (this.#answerBatch(out)) {
          // One call may write a part only. A slow reader holds us here: check() closes it.
          for (let sent = 0; sent < out.length;) {
            sent += await this.#conn.write(out.from(sent));
            if (this.#isClosed()) return; // and `out` may still be in use
            this.#deadlines.writing(this.#context.clock.now);
          }
          if (this.#turn.over) await this.#turn.yield();
          if (this.#isClosed()) return;
        }
        buffers.give(out);
        this.#deadlines.answered(this.#context.clock.now);
        if (this.#exchange.over) this.#drain();
        else this.#exchange.rest();
      }
    } catch (error) {
      this.#logEnd(whyFailed(error));
    } finally {
      this.close();
    }
  }

  /** Ends what has taken too long; `clients.ts` calls it at each tick of the clock. */
  check(): void {
    const { clock: { now }, limits } = this.#context;
    if (this.#phase === "reading") {
      const overdue = this.#deadlines.overdue(now, this.#exchange.frames);
      if (overdue !== null) this.#closeWithError(overdue);
    } else if (this.#deadlines.expired(now)) {
      const why = `closed: it took none of its replies for ${seconds(limits.writeDeadlineMs)}`;
      if (this.#phase === "writing") this.#log.line(why);
      this.close();
    }
  }

  /** While the server stops, for so long by now: lets the client go if it is owed no reply. */
  finish(stoppingMs: number): void {
    if (this.#phase !== "reading") return;
    const between = this.#exchange.frames.partial === 0 && !this.#more;
    if (this.#deadlines.finished(stoppingMs, between)) this.#drain(null, STOP_DRAIN_MS);
  }

  /** Closes at once. Safe to call twice. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    // The place is given back before the socket closes: the next client must find it free.
    this.#exchange.release();
    this.#onClosed();
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  // A deadline may close it during any await, which the compiler does not know.
  #isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Where the next read goes; without memory for that, the client is drained. */
  #roomOrDrain(): Uint8Array<ArrayBuffer> {
    if (this.#phase === "draining") return drained;
    try {
      return this.#exchange.frames.room();
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      this.#closeWithError(NO_MEMORY);
      return drained;
    }
  }

  /** Answers enough for one write, and sets the phase. Whether there is something to write. */
  #answerBatch(out: ByteBuffer): boolean {
    const work = this.#exchange.answerBatch(out);
    this.#turn.add(work);
    if (work > 0) this.#deadlines.frameBegan(this.#context.clock.now); // what is left is a new frame
    this.#deadlines.writing(this.#context.clock.now);
    this.#phase = out.length > 0 ? "writing" : "reading";
    return out.length > 0;
  }

  /** Ends with an error frame while the client is waited for. */
  #closeWithError(reason: string): void {
    this.#log.line(reason);
    this.#drain(reason);
  }

  /**
   * Half-closes after a last word, if any, and drains: closing with bytes unread
   * would reset the connection, and take the last word from the client.
   */
  #drain(reason: string | null = null, drainMs?: number): void {
    this.#phase = "draining";
    this.#deadlines.draining(this.#context.clock.now, drainMs);
    const out = new ByteBuffer(reason === null ? 0 : LAST_WORD_BYTES);
    if (reason !== null) this.#exchange.lastWord(reason, out);
    halfClose(this.#conn, out.filled()).catch(() => this.close());
  }

  /** Logs why the client went, unless its last word was said before. */
  #logEnd(why: string | null): void {
    if (why !== null && this.#phase !== "draining" && this.#phase !== "closed") {
      this.#log.line(why);
    }
  }
}
