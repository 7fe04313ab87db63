/**
 * The exchange with one client: frames in, replies out, in order. It knows no
 * socket: the connection brings the bytes and takes the replies away.
 *
 * @module
 */
import type { ByteBuffer } from "../wire/byte_buffer.ts";
import { appendFrame, FrameDecoder } from "../wire/framing.ts";
import { FrameError } from "../wire/frame_error.ts";
import { stackOf } from "../terminal/show.ts";
import { HEADER_BYTES, STATUS_ERROR, STATUS_MESSAGE, writeHeader } from "../wire/header.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { ClientLog } from "./client_log.ts";
import type { ConnectionContext } from "./context.ts";
import { FRAME_WORK } from "./fair_turn.ts";
import { QuotaShare } from "./quota.ts";
import { BATCH_BYTES, SMALL_REPLY_BYTES } from "./reply_buffers.ts";
import { AnswerError } from "./service.ts";

/** What a busy client may keep for what it sends next, while memory is plenty. */
const MAX_KEPT_RECEIVE_BYTES = 65_536;
/** What a client is told when there is no memory for its message. */
export const NO_MEMORY =
  "Cannot take the message: all clients together hold too much memory; try again later";

/** What a client gets whose request met a bug in the server's answer. */
const ANSWER_FAILED = "Cannot answer: the server's own code failed; its messages say where";

/** The frames of one client, and their replies. */
export class Exchange {
  /** The frames that have come. */
  readonly frames: FrameDecoder;
  /** Whether the last reply is given: a goodbye came, or something that is not this protocol. */
  over = false;

  #context: ConnectionContext;
  #log: ClientLog;
  #held: QuotaShare; // the memory of replies until they are taken

  /** An exchange whose wrong requests, and frames, are shown in `log`. */
  constructor(context: ConnectionContext, log: ClientLog) {
    this.#context = context;
    this.#log = log;
    this.#held = new QuotaShare(context.quota);
    this.frames = new FrameDecoder(context.frameLimits);
  }

  /**
   * Answers frames until none is left or there is enough for one write.
   *
   * @param out Where the replies go; what it had is dropped.
   * @returns The work that this was, in bytes; `out` is empty if nothing is to be written.
   */
  answerBatch(out: ByteBuffer): number {
    const { frames } = this;
    let work = 0;
    out.length = 0;
    try {
      while (!this.over && out.length < BATCH_BYTES && frames.next()) {
        work += FRAME_WORK;
        this.#log.trace(true, frames.bytes, frames.start - HEADER_BYTES, frames.end);
        if (frames.start < frames.end) this.#answer(out);
        else this.over = true; // a request of length 0 is goodbye
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#endWith(error.message, out);
    }
    // Replies count against the quota until the client has taken them; small ones are free.
    if (!this.#held.hold(out.length > SMALL_REPLY_BYTES ? out.bytes.length : 0)) {
      out.length = 0;
      this.#endWith(NO_MEMORY, out);
    }
    return work + out.length;
  }

  /** All replies are taken: lets memory go that the client may not need again. */
  rest(): void {
    this.frames.shrink(this.#context.quota.hasHeadroom ? MAX_KEPT_RECEIVE_BYTES : 0);
  }

  /** Gives all memory back. */
  release(): void {
    this.frames.release();
    this.#held.hold(0);
  }

  /** Appends a last word, for a client that is not answered any more. */
  lastWord(reason: string, out: ByteBuffer): void {
    const at = out.length;
    appendFrame(out, STATUS_ERROR, utf8Bytes(reason));
    this.#log.trace(false, out.bytes, at, out.length);
    this.over = true;
  }

  #answer(out: ByteBuffer): void {
    const { service, transcript } = this.#context;
    const { bytes, start, end } = this.frames;
    transcript.received(bytes, start, end);
    const at = out.extend(HEADER_BYTES); // written once the length is known
    try {
      const returned: unknown = service.answer(bytes, start, end, out);
      if (returned !== undefined) throw replyReturned(returned);
      writeHeader(out.view, at, STATUS_MESSAGE, out.length - at - HEADER_BYTES);
      transcript.sent(out.bytes, at + HEADER_BYTES, out.length);
    } catch (error) {
      out.length = at;
      if (!(error instanceof AnswerError)) return this.#endWithBug(error, out);
      appendFrame(out, STATUS_ERROR, utf8Bytes(error.message));
      this.#log.wrong(error.message);
    }
    this.#log.trace(false, out.bytes, at, out.length);
  }

  /** The answer has a bug: its programmer gets the stack trace, and the client a sentence. */
  #endWithBug(error: unknown, out: ByteBuffer): void {
    this.#log.line(`closed: the answer to its request failed:\n${stackOf(error)}`);
    this.lastWord(ANSWER_FAILED, out);
  }

  /** Ends with an error frame behind the replies. */
  #endWith(reason: string, out: ByteBuffer): void {
    this.#log.line(reason);
    this.lastWord(reason, out);
  }
}

/** The error for an answer that returned its reply instead of appending it. */
function replyReturned(returned: unknown): TypeError {
  const promise = returned instanceof Promise;
  if (promise) returned.catch(() => {}); // this error closes the client already
  return new TypeError(
    `An answer must append its reply and return nothing, but it returned ` +
      (promise ? "a promise (is it async?)" : `a ${typeof returned}`),
  );
}
