/**
 * One client's connection: it reads, answers, and writes replies in batches. After its last frame
 * it closes its sending side (half-close), and reads and drops what still arrives (drain).
 *
 * @module
 */
import { inZone } from "../cli/interfaces.ts";
import { ByteBuffer, MemoryError } from "../wire/byte_buffer.ts";
import { ClientLog } from "./client_log.ts";
import { failureReason, halfClose, truncationReason } from "./closing.ts";
import type { ConnectionContext } from "./context.ts";
import { Deadlines, seconds } from "./deadlines.ts";
import { FrameExchange, NO_MEMORY_MESSAGE } from "./exchange.ts";
import { FairTurn, LARGE_BYTES } from "./fair_turn.ts";
import { STOPPED_MESSAGE } from "./stopping.ts";

/**
 * `waiting`: a read waits for bytes. `answering`: requests are answered, or their replies written.
 * `draining`: after the last frame, input is read and dropped: close() with unread input would reset
 * the connection.
 */
type Phase = "waiting" | "answering" | "draining" | "closed";

/** Where drained input goes. All connections share it, because nothing reads it. */
const dropped = new Uint8Array(65_536);

/**
 * One client. Its connection ends on goodbye (length 0), end of stream, an error of the protocol or
 * of the socket, a bug in the answer, a missed deadline, lack of memory, a full server, a stop.
 */
export class Connection {
  #context: ConnectionContext;
  #conn: Deno.TcpConn;
  #onClosed: (connection: Connection) => void;
  #log: ClientLog;
  #exchange: FrameExchange;
  #deadlines: Deadlines;
  #turn = new FairTurn();
  #phase: Phase = "answering"; // the first #beginRead() makes it `waiting`
  #socketEmptied = false; // whether the last read emptied the socket; only set while the server stops

  /** Why the client is refused: sent in an error frame, then the client is drained; or null. */
  readonly refusal: string | null;

  /** The connection owns `conn` from now on. It calls `onClosed` once, when it is closed. */
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
    this.#log = new ClientLog(context, inZone(conn.remoteAddr, context.zone)); // a zone: IPv6 only
    this.#exchange = new FrameExchange(context, this.#log);
    this.#deadlines = new Deadlines(context.limits, context.clock.now);
  }

  /** Serves or refuses the client. Resolves when the connection is closed. */
  async serve(): Promise<void> {
    try {
      if (this.refusal === null) this.#context.transcript.accepted(this.#log.peer);
      this.#conn.setNoDelay(true); // sends small replies at once; Deno refuses it during a write
      this.#conn.setKeepAlive(true); // looks for a vanished client after two hours
      if (this.refusal !== null) this.#drain(this.refusal);
      for (;;) {
        // A read that completes at once never yields to other connections: after a while, yield.
        if (this.#turn.over) await this.#turn.yield();
        // Too late for requests (3.4 s after the signal). finish() cannot drain this client: a client
        // that sends without a pause is never `waiting` when the timer runs.
        if (this.#context.shutdown.late && this.#phase === "answering") {
          this.#drainWithError(STOPPED_MESSAGE);
        }
        const room = this.#beginRead();
        const count = await this.#conn.read(room);
        if (count === null) return this.#logEnd(truncationReason(this.#exchange.decoder));
        this.#turn.add(count);
        if (this.#phase !== "waiting") continue; // draining: read on. closed: the next read throws
        this.#onReceived(count, count < room.length); // a short read has emptied the socket
        const { decoder } = this.#exchange;
        // The answer to a large frame takes long: before it, Deno looks for bytes from other clients.
        if (decoder.buffered > LARGE_BYTES) await this.#context.largeFrames.beforeAnswer(decoder);
        if (this.#isClosed()) return;
        await this.#answerAll();
        if (this.#exchange.over) this.#drain();
      }
    } catch (error) {
      this.#logEnd(failureReason(error));
    } finally {
      this.close();
    }
  }

  /** Ends the connection if a deadline has passed. Called at each tick of the clock. */
  check(): void {
    const { clock: { now }, limits } = this.#context;
    if (this.#phase === "waiting") {
      const overdue = this.#deadlines.overdue(now, this.#exchange.decoder);
      if (overdue !== null) this.#drainWithError(overdue);
    } else if (this.#phase !== "closed" && this.#deadlines.expired(now)) {
      const after = seconds(limits.writeDeadlineMs);
      this.#logEnd(`closed: its socket took no bytes for ${after}: the client reads too slowly`);
      this.close();
    }
  }

  /**
   * Drains the client if it has all its replies; a part of a frame is dropped. Called every 25 ms.
   *
   * @param inputEmpty Whether all input of this thread counts as read, see `stopping.ts`.
   * @param late Whether there is no time for further requests.
   */
  finish(inputEmpty: boolean, late: boolean): void {
    if (this.#phase !== "waiting") return;
    const betweenFrames = this.#exchange.decoder.buffered === 0;
    if (inputEmpty || (betweenFrames && this.#socketEmptied)) this.#drain();
    else if (late) this.#drainWithError(STOPPED_MESSAGE);
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
    // The peer may connect again as soon as the socket closes: free its memory and its place before.
    this.#exchange.decoder.release();
    this.#log.closed();
    this.#onClosed(this);
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  /** Begins to wait. Returns the free part of the receive buffer, or where dropped input goes. */
  #beginRead(): Uint8Array<ArrayBuffer> {
    if (this.#phase === "answering") {
      this.#phase = "waiting";
      try {
        return this.#exchange.decoder.room();
      } catch (error) {
        if (!(error instanceof MemoryError)) throw error;
        this.#drainWithError(NO_MEMORY_MESSAGE);
      }
    }
    this.#exchange.decoder.release(); // draining: other clients can use the memory
    return dropped;
  }

  /** Takes the bytes of a read into account. `emptied`: whether the socket had no more bytes. */
  #onReceived(count: number, emptied: boolean): void {
    const { shutdown, clock } = this.#context;
    shutdown.onRead();
    this.#socketEmptied = emptied && shutdown.stopping;
    this.#deadlines.onReceived(clock.now, this.#exchange.decoder.buffered === 0);
    this.#exchange.decoder.onReceived(count);
    this.#phase = "answering";
  }

  /** Answers all complete frames; waits until the socket has taken the replies. */
  async #answerAll(): Promise<void> {
    const { buffers, clock } = this.#context;
    const out = buffers.take();
    try {
      for (;;) {
        this.#turn.add(this.#exchange.answerBatch(out));
        if (out.length === 0) break;
        // write() may take only a part. For a slow reader it waits, until check() closes the socket.
        for (let sent = 0; sent < out.length;) {
          sent += await this.#conn.write(out.filled(sent));
          this.#deadlines.onWriting(clock.now);
        }
        this.#deadlines.onAnswered(clock.now);
        if (this.#turn.over) await this.#turn.yield();
        if (this.#isClosed()) return;
      }
      this.#exchange.releaseSpare();
    } finally {
      if (this.#isClosed()) out.uncount(); // a write may still read the bytes: they are not reused
      else buffers.give(out);
    }
  }

  // TypeScript calls a plain comparison always false: it does not see that check() runs meanwhile.
  #isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Sends an error frame, logs it, and drains. */
  #drainWithError(reason: string): void {
    this.#log.line(reason);
    this.#drain(reason);
  }

  /** Sends a last error frame, if any, and closes the sending side. serve() then drops all input. */
  #drain(reason: string | null = null): void {
    if (this.#phase === "closed") return;
    this.#phase = "draining";
    this.#deadlines.onDraining(this.#context.clock.now, this.#context.shutdown.stopping);
    const out = new ByteBuffer(0);
    if (reason !== null) this.#exchange.appendError(reason, out);
    halfClose(this.#conn, out.filled()).catch(() => this.close()); // not awaited: serve() reads on
  }

  /** Logs why the connection ends; nothing if it is ending (draining or closed) already. */
  #logEnd(why: string | null): void {
    if (why !== null && this.#phase !== "draining" && this.#phase !== "closed") {
      this.#log.line(why);
    }
  }
}
