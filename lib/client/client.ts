/**
 * The client loop: it sends texts as frames, several before the first reply (in flight), and
 * receives the replies in order. It uses framing, not the codec.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { appendFrame, FrameDecoder } from "../wire/framing.ts";
import { FrameError } from "../wire/frame_error.ts";
import { HEADER_BYTES, STATUS_ERROR, STATUS_MESSAGE } from "../wire/header.ts";
import type { ClientConfig } from "./config.ts";
import { ShownExchanges } from "./shown_exchanges.ts";
import { Outbox } from "./outbox.ts";
import { ReplyTimer } from "./reply_timer.ts";
import { endedByServer, lostServer, protocolFailure, sentenceOf } from "./server_failure.ts";
import type { TextInput } from "./text_input.ts";
import { whyUnsent } from "./unsent.ts";

/** Requests are written once they have this many bytes together. */
const BATCH_BYTES = 32_768;

/** One conversation with a server. */
export class Client {
  #conn: Deno.TcpConn;
  #input: TextInput;
  #config: ClientConfig;
  #frames: FrameDecoder;
  #outbox: Outbox;
  #exchanges: ShownExchanges;
  #timer: ReplyTimer;
  #nextReplies = Promise.withResolvers<void>(); // a promise resolves once: replaced after each read
  #lastWasError = false; // whether the last reply was an error: the server may close after it

  /** A conversation over `conn`, which the caller closes. */
  constructor(conn: Deno.TcpConn, input: TextInput, config: ClientConfig) {
    this.#conn = conn;
    this.#input = input;
    this.#config = config;
    this.#frames = new FrameDecoder({
      maxPayloadBytes: config.maxReplyBytes,
      maxStatus: STATUS_ERROR,
      header: config.server.header,
    });
    this.#outbox = new Outbox(conn);
    this.#timer = new ReplyTimer(config);
    this.#exchanges = new ShownExchanges(input, config.transcript, config.log, this.#timer.restart);
  }

  /**
   * Sends every text and shows every reply.
   *
   * @returns Whether no text failed: got an error, or could not be sent. (An empty text is skipped.)
   * @throws {Failure} If the server closes the connection, breaks the protocol or exceeds `--timeout`.
   */
  async converse(): Promise<boolean> {
    const talk = Promise.race([this.#sendAll(), this.#receiveAll()]); // a later error is ignored
    await this.#timer.during(talk, () => this.#exchanges.waiting > 0);
    return this.#exchanges.failedTexts === 0;
  }

  /** Sends every text, and waits for all replies. Then it throws the input's error, if any. */
  async #sendAll(): Promise<void> {
    const failure = await this.#requestAll().then(() => null, (error) => error); // thrown below
    this.#outbox.write(); // not awaited: if the connection fails, the read reports it
    while (this.#exchanges.waiting > 0) await this.#nextReplies.promise;
    if (failure !== null) throw failure;
  }

  /** Sends a request for each text, and waits while too many have no reply. */
  async #requestAll(): Promise<void> {
    let index = 0;
    for await (const text of this.#input.texts) {
      const { outgoing } = this.#outbox;
      const unsent = whyUnsent(text, this.#config); // a reason not to send it, or null
      if (unsent === null) {
        const at = outgoing.length;
        appendFrame(outgoing, STATUS_MESSAGE, text);
        this.#config.trace?.frame("sent", this.#config.peer, outgoing.bytes, at, outgoing.length);
      }
      this.#exchanges.begin({ text, index: index++, unsent }); // shown in its turn, sent or not
      // A next text that is available now goes into the same write.
      if (!this.#input.more() || outgoing.length >= BATCH_BYTES) this.#outbox.write();
      // The texts that are not completed hold enough bytes: wait for replies.
      while (this.#exchanges.heldBytes >= this.#config.server.maxInFlightBytes) {
        this.#outbox.write();
        await this.#nextReplies.promise;
      }
    }
  }

  /** Reads replies. It ends only with an error: the connection ends, or the caller closes it. */
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
      frames.onReceived(count);
      try {
        while (frames.next()) this.#reply();
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        this.#checkKind(frames.unfinished());
        throw this.#protocolFailure(error.message);
      }
      this.#checkKind(frames.unfinished()); // the header may be enough to refuse the server
      // Read no faster than stdout takes the replies. (If not `interruptible`, writes block anyway.)
      if (this.#config.out.interruptible) await this.#config.out.taken();
      this.#nextReplies.resolve();
      this.#nextReplies = Promise.withResolvers();
    }
  }

  /** Handles the reply in the decoder's current frame. */
  #reply(): void {
    const { bytes, start, end, status } = this.#frames;
    this.#config.trace?.frame("received", this.#config.peer, bytes, start - HEADER_BYTES, end);
    this.#lastWasError = status === STATUS_ERROR;
    if (this.#exchanges.first === undefined) {
      throw this.#lastWasError
        ? endedByServer(this.#frames.payload())
        : this.#protocolFailure("it sent a reply without a request");
    }
    if (this.#lastWasError) {
      // 01 00 00 00 is an empty error, or an original server's length of 256 (0x0100).
      if (start === end) this.#checkKind(bytes.subarray(start - HEADER_BYTES, end));
      this.#exchanges.fail(sentenceOf(this.#frames.payload()));
    } else {
      this.#exchanges.reply(bytes, start, this.#config.server.textEnd(bytes, start, end));
    }
  }

  /** Throws if the header is an original server's: two bytes of length, then two zeros. */
  #checkKind(reply: Uint8Array): void {
    const { first } = this.#exchanges;
    const mistake = first && this.#config.server.mistaken(reply, first.text.length);
    if (mistake) throw new Failure(mistake);
  }

  #protocolFailure(what: string): Failure {
    return protocolFailure(this.#config.name, what, this.#config.server.advice);
  }

  #lost(how: string, cause?: unknown): Failure {
    return lostServer(how, {
      missing: this.#exchanges.waiting,
      inReply: this.#frames.buffered > 0,
      lastWasError: this.#lastWasError,
    }, cause);
  }
}
