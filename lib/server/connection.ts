/**
 * One client's life on a server: read, step through the frames, answer, write a
 * batch, and at the end half-close and drain. It knows framing, not the codec.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { oneLine, showAddress } from "../terminal/show.ts";
import {
  appendFrame,
  encodeFrame,
  FrameDecoder,
  FrameError,
  type FrameLimits,
  HEADER_BYTES,
  MemoryError,
  STATUS_ERROR,
  STATUS_MESSAGE,
  writeHeader,
} from "../wire/framing.ts";
import type { Quota } from "./quota.ts";
import type { Limits } from "./limits.ts";
import type { Output } from "../terminal/output.ts";
import { AnswerError, type Service } from "./service.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";

/** What a server is made of. */
export interface ServerConfig {
  service: Service;
  limits: Limits;
  quota: Quota;
  transcript: Transcript;
  trace: Trace | null;
  /** Everything that is not the transcript, one line each. */
  log: Output;
}

/** What connections need of the server they belong to. */
export interface ConnectionContext extends Readonly<ServerConfig> {
  readonly buffers: ReplyBuffers;
  readonly frameLimits: FrameLimits;
  /** Milliseconds, as of the last sweep: good to a quarter of the shortest limit. */
  readonly now: number;
  /** Told once when a connection has closed. */
  gone(connection: Connection): void;
}

/** Replies are written when so many bytes have gathered: others get their turn. */
const BATCH_BYTES = 65_536;
/**
 * Reads and writes that need not wait do not return to the event loop: after so
 * many bytes of replies, each frame counting for some, it is the others' turn.
 */
const FAIR_WORK = 4 * BATCH_BYTES;
const FRAME_WORK = 64;
/** Buffers that more than one batch has grown are not worth keeping. */
const KEPT_REPLY_BYTES = 4 * BATCH_BYTES;
/** As many as are in use at once when many clients are answered in one turn. */
const KEPT_REPLY_BUFFERS = 64;
const SMALL_REPLY_BYTES = 4096;
/** What a busy client may keep for what it sends next, while memory is plenty. */
const KEPT_RECEIVE_BYTES = 65_536;
/** One client's wrong requests that are logged; all of them are answered. */
const MOST_WRONG_SHOWN = 100;
/**
 * When the server stops, it looks again and again. A client of which nothing
 * came in so many looks has sent all it wanted: looks and not milliseconds,
 * because a busy thread may not have got round to reading …
 */
const STOP_QUIET_POLLS = 8;
/** … one that goes on and on is cut off between two messages after this … */
const STOP_LIVE_MS = 2_500;
/** … and so long are clients drained. */
const STOP_DRAIN_MS = 1_000;
const NO_MEMORY =
  "Cannot take the message: all clients together hold too much memory; try again later";

/** Buffers for replies: a client has one only while it is being answered. */
export class ReplyBuffers {
  #free: ByteBuffer[] = [];

  /** An empty buffer. */
  take(): ByteBuffer {
    return this.#free.pop() ?? new ByteBuffer(SMALL_REPLY_BYTES);
  }

  /** Takes a buffer back once nothing uses it any more. */
  give(buffer: ByteBuffer): void {
    buffer.length = 0;
    if (buffer.bytes.length > KEPT_REPLY_BYTES) buffer.free();
    else if (this.#free.length < KEPT_REPLY_BUFFERS) this.#free.push(buffer);
  }
}

/**
 * `reading`: waiting for bytes. `writing`: waiting for the client to take its
 * replies. `draining`: the last word is said, reading on so that it arrives.
 */
type Phase = "reading" | "writing" | "draining" | "closed";

/** Where drained bytes go: nobody looks at them, so all share one place. */
const drained = new Uint8Array(65_536);

/** One client. */
export class Connection {
  #host: ConnectionContext;
  #conn: Deno.TcpConn;
  #peer: Deno.NetAddr;
  #frames: FrameDecoder;
  #phase: Phase = "reading";
  #last = false; // whether the batch being written is the last word
  #heardAt: number; // when bytes last came
  #frameBeganAt = 0; // when the unfinished frame's first byte came
  #deadline = 0; // of writing and of draining
  #quietPolls = 0; // looks since bytes last came
  #more = false; // whether the last read filled its room: there is more to read
  #work = 0; // done for this client since others last had a turn
  #wrong = 0; // requests that had an error for their answer
  #heldBytes = 0; // of replies being written, as the quota has them

  constructor(host: ConnectionContext, conn: Deno.TcpConn) {
    this.#host = host;
    this.#conn = conn;
    this.#peer = conn.remoteAddr;
    this.#heardAt = host.now;
    this.#frames = new FrameDecoder(host.frameLimits);
  }

  /**
   * Serves the client until it has gone.
   *
   * @param refusal Why it is not served: it is told so, and drained.
   */
  async serve(refusal?: string): Promise<void> {
    const { buffers } = this.#host;
    try {
      this.#conn.setNoDelay(true); // fails once a read or a write is under way
      if (refusal !== undefined) this.#farewell(refusal);
      for (;;) {
        const room = this.#room();
        const count = await this.#conn.read(room);
        if (count === null) return this.#ended();
        this.#work += count;
        if (this.#work > FAIR_WORK) await this.#othersTurn();
        this.#more = count === room.length;
        if (this.#phase !== "reading") continue; // draining; if closed, reading ends this
        this.#received(count);
        const out = buffers.take();
        while (this.#answerBatch(out)) {
          // One call may write a part only; each must get on within the deadline.
          for (let sent = 0; sent < out.length;) {
            sent += await this.#conn.write(out.from(sent));
            if (this.#isClosed()) return; // and `out` is nobody's any more
            this.#deadline = this.#host.now + this.#host.limits.writeDeadlineMs;
          }
          if (this.#work > FAIR_WORK) await this.#othersTurn();
          if (this.#isClosed()) return;
        }
        buffers.give(out);
        this.#answered();
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.close();
    }
  }

  /** Ends what has taken too long; the server's sweep calls it every now and then. */
  check(now: number): void {
    const { limits } = this.#host;
    if (this.#phase === "reading") {
      const allowed = this.#frameAllowanceMs();
      if (this.#frames.partial > 0 && now - this.#frameBeganAt > allowed) {
        this.#expel(
          `Cannot wait longer for the rest of the frame: it must be whole within ${
            seconds(allowed)
          }`,
        );
      } else if (
        limits.idleTimeoutMs > 0 && now - this.#heardAt > limits.idleTimeoutMs
      ) {
        this.#expel(
          `Cannot wait longer for a message: a client that sends nothing for ${
            seconds(limits.idleTimeoutMs)
          } is closed`,
        );
      }
    } else if (now > this.#deadline) {
      if (this.#phase === "writing") {
        this.#say(
          `closed: it took none of its replies for ${seconds(limits.writeDeadlineMs)}`,
        );
      }
      this.close();
    }
  }

  /**
   * Ends the client if it has had all replies to what it sent before the server
   * was told to stop: nothing more comes for a while. One that never pauses is
   * ended between two messages, or when time runs out.
   *
   * @param toldAt When the server was told, on the clock of `host.now`.
   */
  finish(toldAt: number): void {
    if (this.#phase !== "reading") return;
    const { now, limits } = this.#host;
    const { partial } = this.#frames;
    const quiet = ++this.#quietPolls > STOP_QUIET_POLLS;
    const between = now - toldAt >= STOP_LIVE_MS && partial === 0 && !this.#more;
    const late = now - toldAt >= limits.graceMs - STOP_DRAIN_MS;
    if (!quiet && !between && !late) return;
    this.#farewell(null, STOP_DRAIN_MS);
  }

  /** Closes at once. Safe to call twice. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    // Counted out before it closes: the client that comes next must find its place free.
    this.#frames.release();
    this.#host.quota.grant(-this.#heldBytes);
    this.#heldBytes = 0;
    this.#host.gone(this);
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  // The sweep can close while serve() waits, which the compiler does not see.
  #isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Where the next read goes. */
  #room(): Uint8Array<ArrayBuffer> {
    if (this.#phase === "draining") return drained;
    try {
      return this.#frames.room();
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      this.#expel(NO_MEMORY);
      return drained;
    }
  }

  /** Lets the event loop go round once. */
  #othersTurn(): Promise<void> {
    this.#work = 0;
    return new Promise((resolve) => {
      // A global that the types of Deno 2.4 do not know yet.
      (globalThis as unknown as { setImmediate(run: () => void): void }).setImmediate(resolve);
    });
  }

  #received(count: number): void {
    const { now } = this.#host;
    this.#heardAt = now;
    this.#quietPolls = 0;
    if (this.#frames.partial === 0) this.#frameBeganAt = now;
    this.#frames.received(count);
  }

  /**
   * Answers received frames until none is left or there is enough for one write.
   *
   * @returns Whether there is something to write.
   */
  #answerBatch(out: ByteBuffer): boolean {
    const frames = this.#frames;
    out.length = 0;
    try {
      while (!this.#last && out.length < BATCH_BYTES && frames.next()) {
        this.#frameBeganAt = this.#host.now;
        this.#work += FRAME_WORK;
        if (frames.start < frames.end) this.#answer(out);
        else this.#goodbye();
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#sayLast(error.message, out);
    }
    this.#work += out.length;
    this.#hold(out);
    this.#phase = out.length > 0 ? "writing" : "reading";
    this.#deadline = this.#host.now + this.#host.limits.writeDeadlineMs;
    return out.length > 0;
  }

  /** Logs a wrong request, unless this client has already filled enough of the log with them. */
  #sayWrong(message: string): void {
    if (++this.#wrong > MOST_WRONG_SHOWN) return;
    this.#say(`answered with an error: ${message}`);
    if (this.#wrong === MOST_WRONG_SHOWN) {
      this.#say("its further wrong requests are not shown here");
    }
  }

  /** Takes a request of length 0. */
  #goodbye(): void {
    const { bytes, start, end } = this.#frames;
    this.#trace(true, bytes, start - HEADER_BYTES, end);
    this.#last = true;
  }

  /**
   * Counts the replies' memory for as long as the client may be slow to take
   * them; short ones are always granted.
   */
  #hold(out: ByteBuffer): void {
    const { quota } = this.#host;
    const bytes = out.length > SMALL_REPLY_BYTES ? out.bytes.length : 0;
    if (bytes === this.#heldBytes) return;
    if (quota.grant(bytes - this.#heldBytes)) {
      this.#heldBytes = bytes;
    } else {
      out.length = 0;
      this.#sayLast(NO_MEMORY, out);
    }
  }

  /** Everything received is answered, and taken: the client was not idle until now. */
  #answered(): void {
    this.#heardAt = this.#host.now;
    if (this.#last) this.#farewell();
    else this.#frames.shrink(this.#host.quota.hasHeadroom ? KEPT_RECEIVE_BYTES : 0);
  }

  #answer(out: ByteBuffer): void {
    const { service, transcript } = this.#host;
    const { bytes, start, end } = this.#frames;
    this.#trace(true, bytes, start - HEADER_BYTES, end);
    transcript.received(bytes, start, end);
    const at = out.extend(HEADER_BYTES);
    try {
      service.answer(bytes, start, end, out);
      writeHeader(out.view, at, STATUS_MESSAGE, out.length - at - HEADER_BYTES);
      transcript.sent(out.bytes, at + HEADER_BYTES, out.length);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      out.length = at;
      appendFrame(out, STATUS_ERROR, utf8Bytes(error.message));
      this.#sayWrong(error.message);
    }
    this.#trace(false, out.bytes, at, out.length);
  }

  /** Ends with an error frame behind the replies that are being written. */
  #sayLast(reason: string, out: ByteBuffer): void {
    this.#say(reason);
    const at = out.length;
    appendFrame(out, STATUS_ERROR, utf8Bytes(reason));
    this.#trace(false, out.bytes, at, out.length);
    this.#last = true;
  }

  /** Ends with an error frame while the client is waited for. */
  #expel(reason: string): void {
    this.#say(reason);
    this.#farewell(reason);
  }

  /**
   * Half-closes after a last word, if any, and drains: closing with bytes unread
   * would reset the connection, and take the last word from the client.
   */
  #farewell(
    reason: string | null = null,
    drainMs = this.#host.limits.drainMs,
  ): void {
    this.#phase = "draining";
    this.#deadline = this.#host.now + drainMs;
    this.#sayFarewell(reason).catch(() => this.close());
  }

  async #sayFarewell(reason: string | null): Promise<void> {
    if (reason !== null) {
      const frame = encodeFrame(STATUS_ERROR, utf8Bytes(reason));
      this.#trace(false, frame, 0, frame.length);
      for (let sent = 0; sent < frame.length;) {
        sent += await this.#conn.write(frame.subarray(sent));
      }
    }
    await this.#conn.closeWrite();
  }

  /** The client has sent all that it will. Its replies are written already. */
  #ended(): void {
    const { partial, announced } = this.#frames;
    if (this.#phase !== "reading" || partial === 0) return;
    this.#say(
      announced < 0
        ? `closed: the client ended inside a header, after ${partial} of ${HEADER_BYTES} bytes`
        : `closed: the client ended inside a frame, after ${
          partial - HEADER_BYTES
        } of ${announced} bytes`,
    );
  }

  #failed(error: unknown): void {
    if (this.#phase === "closed" || this.#phase === "draining") return;
    if (
      error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionAborted ||
      error instanceof Deno.errors.NotConnected
    ) {
      this.#say("closed: the client reset the connection");
    } else {
      this.#say(`closed: something unforeseen happened: ${oneLine(error)}`);
    }
  }

  /** How long the unfinished frame may take in all. */
  #frameAllowanceMs(): number {
    const { frameDeadlineMs, frameDeadlinePer64KiBMs } = this.#host.limits;
    const announced = Math.max(0, this.#frames.announced);
    return frameDeadlineMs + frameDeadlinePer64KiBMs * (announced / 65_536);
  }

  #say(what: string): void {
    this.#host.log.line(
      `${this.#host.service.name}: ${showAddress(this.#peer)}: ${what}`,
    );
  }

  #trace(
    incoming: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.#host.trace?.frame(incoming, this.#peer, bytes, start, end);
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
