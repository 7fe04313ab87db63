/**
 * The client loop: texts go out as frames, several in flight, and their replies
 * come back in order. It knows framing, not the codec.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { Failure } from "../cli/failure.ts";
import { oneLine } from "../terminal/show.ts";
import {
  appendFrame,
  FrameDecoder,
  FrameError,
  HEADER_BYTES,
  STATUS_ERROR,
  STATUS_MESSAGE,
} from "../wire/framing.ts";
import type { Output } from "../terminal/output.ts";
import { isUtf8 } from "../wire/text.ts";
import { quote } from "../terminal/show.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";

/** Requests that may be in flight, in bytes: enough to keep both ends busy. */
const IN_FLIGHT_BYTES = 262_144;
/** As much as one write should bring. */
const BATCH_BYTES = 32_768;
const SPACE = 0x20;
/** What an entry in the queue costs beside its text. */
const ENTRY_BYTES = 64;
/** The original's replies say their length in two bytes, nine for each of the text. */
const MAX_LEGACY_TEXT_BYTES = Math.floor(0xffff / 9);
/** A person who waits so long for a reply is told why that may be. */
const LATE_MS = 3_000;
const TICK_MS = 50;
const MOST_SENTENCE_CHARS = 1024;

/** What a client sends, and how it names it in a message. */
export interface TextInput {
  /** The texts, one after the other. */
  texts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Whether the next text is at hand, so that both can go in one write. */
  more(): boolean;
  /** ` (line 3)` for the third text, or nothing where that would not help. */
  place(index: number): string;
  /** Whether an empty text ends the session, as on a terminal. */
  emptyEnds: boolean;
}

/** How a client talks. */
export interface ClientConfig {
  /** The program's name. */
  name: string;
  /** The largest request and the largest reply, in bytes. */
  maxRequestBytes: number;
  maxReplyBytes: number;
  /** Milliseconds to wait for a reply; 0: for ever. */
  timeoutMs: number;
  quiet: boolean;
  /** Whether the server is one of the original's, with its header and its manners. */
  legacy: boolean;
  transcript: Transcript;
  trace: Trace | null;
  log: Output;
}

/** A text that waits for its reply. */
interface Request {
  text: Uint8Array;
  index: number;
  /** Why it was not sent; empty for an empty text, whose answer is empty. */
  local?: string;
}

/** One conversation with a server. */
export class Client {
  #conn: Deno.TcpConn;
  #server: Deno.NetAddr;
  #source: TextInput;
  #parts: ClientConfig;
  #frames: FrameDecoder;
  #requests = new Queue<Request>();
  #heldBytes = 0; // what the queue costs
  #shown = false; // whether the transcript has the first request's Sent line
  #waitedMs = 0; // for the reply to the first request, to a tick
  #tickAt = performance.now();
  #out = new ByteBuffer(4096); // frames gathered while a write is under way
  #spare = new ByteBuffer(4096);
  #writing = false;
  #changed = Promise.withResolvers<void>(); // settled when a reply comes
  #lateSaid = false;
  #lastError = ""; // the latest reply, if it was an error: perhaps the server's last word
  #failedTexts = 0;
  #maxInFlightBytes: number;

  constructor(conn: Deno.TcpConn, source: TextInput, parts: ClientConfig) {
    this.#conn = conn;
    this.#server = conn.remoteAddr;
    this.#source = source;
    this.#parts = parts;
    this.#frames = new FrameDecoder({
      maxPayloadBytes: parts.maxReplyBytes,
      maxStatus: STATUS_ERROR,
      legacy: parts.legacy,
    });
    // The original takes what one read brings for one message: never send it two.
    this.#maxInFlightBytes = parts.legacy ? 1 : IN_FLIGHT_BYTES;
  }

  /**
   * Sends every text and shows every reply.
   *
   * @returns Whether all of them had an answer.
   * @throws {Failure} If the server goes, stalls or breaks the protocol.
   */
  async converse(): Promise<boolean> {
    const clock = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      try {
        this.#checkClock();
      } catch (error) {
        clock.reject(error);
      }
    }, TICK_MS);
    try {
      await Promise.race([this.#sendAll(), this.#receiveAll(), clock.promise]);
    } finally {
      clearInterval(timer);
    }
    return this.#failedTexts === 0;
  }

  /** Settles when every text has been sent and answered. */
  async #sendAll(): Promise<void> {
    let unreadable: Failure | null = null;
    try {
      await this.#requestAll();
    } catch (error) {
      const why = `Cannot read the input: ${oneLine(error)}; give a file, a pipe or a keyboard`;
      unreadable = new Failure(why, undefined, { cause: error });
    }
    this.#write();
    while (this.#requests.length > 0) await this.#changed.promise;
    if (unreadable !== null) throw unreadable;
  }

  async #requestAll(): Promise<void> {
    let index = 0;
    for await (const text of this.#source.texts) {
      if (text.length === 0 && this.#source.emptyEnds) break;
      this.#request(text, index++);
      while (this.#heldBytes >= this.#maxInFlightBytes) {
        this.#write();
        await this.#changed.promise;
      }
    }
  }

  #request(text: Uint8Array, index: number): void {
    const local = this.#refusal(text);
    this.#heldBytes += ENTRY_BYTES + text.length;
    this.#requests.push(
      local === undefined ? { text, index } : { text, index, local },
    );
    if (local === undefined) {
      const at = this.#out.length;
      appendFrame(this.#out, STATUS_MESSAGE, text);
      this.#trace(false, this.#out.bytes, at, this.#out.length);
    }
    if (!this.#source.more() || this.#out.length >= BATCH_BYTES) this.#write();
    if (this.#requests.length === 1) this.#nextRequest();
  }

  /** Why a text is not sent at all: no use to ask the server. */
  #refusal(text: Uint8Array): string | undefined {
    const { legacy } = this.#parts;
    const maxRequestBytes = legacy ? MAX_LEGACY_TEXT_BYTES : this.#parts.maxRequestBytes;
    if (text.length === 0) return "";
    if (text.length > maxRequestBytes) {
      return `Cannot send the text: it must be at most ${maxRequestBytes} bytes; split it`;
    }
    if (!isUtf8(text)) {
      return "Cannot send the text: it must be UTF-8; convert it first";
    }
    return undefined;
  }

  /** Writes what has gathered, and what gathers meanwhile. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      while (this.#out.length > 0) {
        const batch = this.#out;
        this.#out = this.#spare;
        for (let sent = 0; sent < batch.length;) {
          sent += await this.#conn.write(
            batch.bytes.subarray(sent, batch.length),
          );
        }
        batch.length = 0;
        this.#spare = batch;
      }
      this.#writing = false;
    } catch (error) {
      // The server has gone, and reading tells how; `#writing` stays set.
      if (error instanceof TypeError || error instanceof RangeError) throw error;
    }
  }

  /** Settles only by throwing: the server goes last, or something is wrong. */
  async #receiveAll(): Promise<void> {
    const frames = this.#frames;
    for (;;) {
      let count: number | null;
      try {
        count = await this.#conn.read(frames.room());
      } catch (error) {
        throw this.#lost("reset the connection", error);
      }
      if (count === null) throw this.#lost("closed the connection");
      frames.received(count);
      try {
        while (frames.next()) this.#reply();
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        this.#checkLegacy();
        throw this.#strange(error.message);
      }
      this.#checkLegacy();
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** Tells a server of the original's by its header, before waiting for a reply that long. */
  #checkLegacy(): void {
    const first = this.#requests.first;
    if (first === undefined || !this.#frames.seemsLegacy(first.text.length)) return;
    throw this.#legacy();
  }

  #legacy(): Failure {
    return new Failure(
      "Cannot understand the server: its header has the length byte-swapped (hi lo 00 00), " +
        "as the original lab's servers send it; try again with --legacy-server",
    );
  }

  /** Takes the reply in the decoder's current frame. */
  #reply(): void {
    const { bytes, start, status } = this.#frames;
    const { quiet, transcript, legacy } = this.#parts;
    this.#trace(true, bytes, start - HEADER_BYTES, this.#frames.end);
    // The original's server1 ends its digits with a space.
    const end = this.#frames.end - (legacy && bytes[this.#frames.end - 1] === SPACE ? 1 : 0);
    const request = this.#requests.first;
    if (request === undefined) {
      if (status === STATUS_ERROR) throw this.#saidLast(this.#frames.payload());
      throw this.#strange("it sent a reply that nothing asked for");
    }
    this.#lastError = "";
    if (status === STATUS_ERROR) {
      // An error without a sentence is the original's length of 256: 01 00 00 00.
      if (start === end) throw this.#legacy();
      this.#lastError = sentence(this.#frames.payload());
      this.#answerFailed(request, this.#lastError);
    } else if (quiet) {
      transcript.result(bytes, start, end);
    } else {
      transcript.received(bytes, start, end);
    }
    this.#done(request);
    this.#nextRequest();
  }

  /** Shows the first request's text, and answers all that need no server. */
  #nextRequest(): void {
    for (let first; (first = this.#requests.first) !== undefined;) {
      if (!this.#shown && first.local !== undefined && first.local !== "") {
        this.#answerFailed(first, first.local);
      } else {
        if (!this.#shown) {
          this.#parts.transcript.sent(first.text, 0, first.text.length);
        }
        this.#shown = true;
        this.#waitedMs = -TICK_MS; // the tick that has begun does not count: never early
        if (first.local === undefined) return;
        if (this.#parts.quiet) this.#parts.transcript.result(first.text, 0, 0);
        else this.#parts.transcript.received(first.text, 0, 0);
      }
      this.#done(first);
    }
  }

  #done(request: Request): void {
    this.#requests.shift();
    this.#heldBytes -= ENTRY_BYTES + request.text.length;
    this.#shown = false;
  }

  #answerFailed(request: Request, message: string): void {
    this.#failedTexts++;
    if (this.#parts.quiet) this.#parts.transcript.result(request.text, 0, 0);
    this.#parts.log.line(
      `Error: ${message}${this.#source.place(request.index)}`,
    );
  }

  #checkClock(): void {
    // Time in which this program itself stood still (a full pipe, Ctrl+Z) hardly counts.
    const now = performance.now();
    this.#waitedMs += Math.min(now - this.#tickAt, 2 * TICK_MS);
    this.#tickAt = now;
    if (this.#requests.length === 0) return;
    const { name, timeoutMs, log } = this.#parts;
    const waited = this.#waitedMs;
    if (timeoutMs > 0 && waited >= timeoutMs) {
      throw new Failure(
        `Cannot wait longer for a reply: ${timeoutMs / 1000} s have passed; ` +
          `try again, or wait longer with --timeout`,
      );
    }
    if (waited >= LATE_MS && !this.#lateSaid) {
      this.#lateSaid = true;
      log.line(
        `${name}: No reply yet: the server may be busy with another client ` +
          `(see its option --multi-threaded); still waiting`,
      );
    }
  }

  #lost(how: string, cause?: unknown): Failure {
    const waiting = this.#requests.length;
    const { partial } = this.#frames;
    if (this.#lastError !== "" && waiting > 0 && partial === 0) {
      return new Failure(`The server ended the session, for the reason above`, undefined, {
        cause,
      });
    }
    const what = partial > 0
      ? `in the middle of a reply`
      : waiting > 0
      ? `before it had answered (${waiting} ${waiting === 1 ? "reply is" : "replies are"} missing)`
      : "";
    const why = cause === undefined || cause instanceof Deno.errors.ConnectionReset
      ? ""
      : `: ${oneLine(cause)}`;
    return new Failure(
      `Cannot go on: the server ${how}${
        what ? " " + what : ""
      }${why}; start it again if it is gone`,
      undefined,
      { cause },
    );
  }

  #saidLast(reason: Uint8Array): Failure {
    return new Failure(`The server ended the session: ${sentence(reason)}`);
  }

  #strange(what: string): Failure {
    return new Failure(
      `Cannot understand the server: ${what}; is it ${
        this.#parts.name.replace("client", "server")
      } that listens there?`,
    );
  }

  #trace(
    incoming: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.#parts.trace?.frame(incoming, this.#server, bytes, start, end);
  }
}

/** A peer's sentence, safe to show and not without end. */
function sentence(payload: Uint8Array): string {
  return quote(payload, MOST_SENTENCE_CHARS).slice(1, -1);
}

/** First in, first out, without moving what waits. */
class Queue<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#head++;
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
