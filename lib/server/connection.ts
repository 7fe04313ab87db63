/**
 * One client's connection: it reads, answers, writes replies in batches, and at the end closes
 * its sending side and drains.
 *
 * @module
 */
import { inZone } from "../cli/interfaces.ts";
import { ByteBuffer, MemoryError } from "../wire/byte_buffer.ts";
import { ClientLog } from "./client_log.ts";
import { failed, halfClose, truncated } from "./closing.ts";
import type { ConnectionContext } from "./context.ts";
import { Deadlines, seconds } from "./deadlines.ts";
import { FrameExchange, NO_MEMORY } from "./exchange.ts";
import { FairTurn, LARGE_BYTES } from "./fair_turn.ts";
import { STOPPED } from "./stopping.ts";

/**
 * `waiting`: a read waits for bytes. `answering`: requests are answered, or their replies
 * written. `draining`: the final frame is sent; input is read and dropped, because close() with
 * unread input would reset the connection. `closed`: nothing is used any more.
 */
type Phase = "waiting" | "answering" | "draining" | "closed";

/** Destination of dropped input, shared by all connections because it is never read. */
const dropped = new Uint8Array(65_536);

/**
 * One client. Its connection ends on goodbye, end of stream, an error of the protocol or of the
 * socket, a missed deadline, lack of memory, and when the server is full or stops.
 */
export class Connection {
  #context: ConnectionContext;
  #conn: Deno.TcpConn;
  #onClosed: (connection: Connection) => void;
  #log: ClientLog;
  #exchange: FrameExchange;
  #deadlines: Deadlines;
  #turn = new FairTurn();
  #phase: Phase = "answering";
  #allRead = false; // whether every byte that came before the server began to stop is read

  /** Why the client is not served: it gets this as an error, and is drained. */
  readonly refusal: string | null;

  /** Takes over `conn`; calls `onClosed` once, when the connection is closed. */
  constructor(
    context: ConnectionContext,
    conn: Deno.TcpConn,
    onClosed: (connection: Connection) => void,
    refusal: string | null = null,
  ) {
    this.#context = context;
    this.#conn = conn;
    this.#onClosed = onClosed;
    this.refusal = refusal;
    this.#log = new ClientLog(context, inZone(conn.remoteAddr, context.zone));
    this.#exchange = new FrameExchange(context, this.#log);
    this.#deadlines = new Deadlines(context.limits, context.clock.now);
  }

  /** Serves the client until it has gone. */
  async serve(): Promise<void> {
    try {
      if (this.refusal === null) this.#context.transcript.accepted(this.#log.peer);
      this.#conn.setNoDelay(true); // fails once a read or a write is under way
      this.#conn.setKeepAlive(true); // finds a vanished client after some hours
      if (this.refusal !== null) this.#drain(this.refusal);
      for (;;) {
        // A read that completes at once never yields to other tasks.
        if (this.#turn.over) await this.#turn.yield();
        const room = this.#beginRead();
        const count = await this.#conn.read(room);
        if (count === null) return this.#logEnd(truncated(this.#exchange.frames));
        this.#turn.add(count);
        if (this.#phase !== "waiting") continue; // draining; or closed, then the next read fails
        this.#onReceived(count, count < room.length);
        const { frames } = this.#exchange;
        if (frames.partial > LARGE_BYTES) await this.#context.largeFrames.turnOf(frames);
        if (this.#isClosed()) return;
        await this.#answerAll();
        if (this.#exchange.over) this.#drain();
      }
    } catch (error) {
      this.#logEnd(failed(error));
    } finally {
      this.close();
    }
  }

  /** Closes the connection if a deadline has passed. Called at each tick of the clock. */
  check(): void {
    const { clock: { now }, limits } = this.#context;
    if (this.#phase === "waiting") {
      const overdue = this.#deadlines.overdue(now, this.#exchange.frames);
      if (overdue !== null) this.#closeWithError(overdue);
    } else if (this.#phase !== "closed" && this.#deadlines.expired(now)) {
      const after = seconds(limits.writeDeadlineMs);
      this.#logEnd(`closed: its socket took no bytes for ${after}: it reads too slowly, or not`);
      this.close();
    }
  }

  /**
   * Lets the client go if it has all its replies. Called again and again while the server stops.
   *
   * @param allRead Whether no client has sent anything that this thread has not read.
   * @param late Whether there is no time for further requests.
   */
  finish(allRead: boolean, late: boolean): void {
    if (this.#phase !== "waiting") return;
    const betweenFrames = this.#exchange.frames.partial === 0;
    if (allRead || betweenFrames && this.#allRead) this.#drain();
    else if (late) this.#closeWithError(STOPPED);
  }

  /** Closes at once: the server has no more time. */
  cutOff(): void {
    this.#logEnd("closed: it had not taken all its replies when the server stopped");
    this.close();
  }

  /** Closes at once. Safe to call twice. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    // Give memory and place back before the socket closes: the next client must find them free.
    this.#exchange.frames.release();
    this.#log.closed();
    this.#onClosed(this);
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  /** The place for the next read. */
  #beginRead(): Uint8Array<ArrayBuffer> {
    if (this.#phase === "answering") {
      this.#phase = "waiting";
      try {
        return this.#exchange.frames.room();
      } catch (error) {
        if (!(error instanceof MemoryError)) throw error;
        this.#closeWithError(NO_MEMORY);
      }
    }
    this.#exchange.frames.release(); // draining: others may have the memory now
    return dropped;
  }

  #onReceived(count: number, isLast: boolean): void {
    const { backlog, clock } = this.#context;
    backlog.onRead();
    this.#allRead = isLast && backlog.stopping;
    this.#deadlines.onReceived(clock.now, this.#exchange.frames.partial === 0);
    this.#exchange.frames.onReceived(count);
    this.#phase = "answering";
  }

  /** Answers all complete frames; waits until the client has taken the replies. */
  async #answerAll(): Promise<void> {
    const { buffers, clock } = this.#context;
    const out = buffers.take();
    try {
      while (this.#answerBatch(out)) {
        // One write() may take a part only. A slow reader holds us here until check() closes it.
        for (let sent = 0; sent < out.length;) {
          sent += await this.#conn.write(out.from(sent));
          this.#deadlines.onWriting(clock.now);
        }
        this.#deadlines.onAnswered(clock.now);
        if (this.#turn.over) await this.#turn.yield();
        if (this.#isClosed()) return;
      }
      this.#exchange.releaseSpare();
    } finally {
      if (this.#isClosed()) out.forget(); // a write may still use it
      else buffers.give(out);
    }
  }

  /** Answers frames for one write. Returns whether there is something to write. */
  #answerBatch(out: ByteBuffer): boolean {
    this.#turn.add(this.#exchange.answerBatch(out));
    this.#deadlines.onWriting(this.#context.clock.now);
    return out.length > 0;
  }

  // A deadline may close the connection during any await, which the compiler does not know.
  #isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Sends an error frame, logs it, and drains. */
  #closeWithError(reason: string): void {
    this.#log.line(reason);
    this.#drain(reason);
  }

  /** Sends a final error frame, if any, closes the sending side, and drops further input. */
  #drain(reason: string | null = null): void {
    if (this.#phase === "closed") return;
    this.#phase = "draining";
    this.#deadlines.onDraining(this.#context.clock.now, this.#context.backlog.stopping);
    const out = new ByteBuffer(0);
    if (reason !== null) this.#exchange.appendError(reason, out);
    halfClose(this.#conn, out.filled()).catch(() => this.close());
  }

  /** Logs why the connection ends, unless the final frame has said it. */
  #logEnd(why: string | null): void {
    if (why !== null && this.#phase !== "draining" && this.#phase !== "closed") {
      this.#log.line(why);
    }
  }
}
