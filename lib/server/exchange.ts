/**
 * One client's requests and replies: frames in, frames out, in order. It uses no socket: the
 * connection reads the bytes and writes the replies.
 *
 * @module
 */
import { type ByteBuffer, MemoryError } from "../wire/byte_buffer.ts";
import { FrameError } from "../wire/frame_error.ts";
import { appendFrame, FrameDecoder } from "../wire/framing.ts";
import { stackOf } from "../terminal/show.ts";
import { HEADER_BYTES, STATUS_ERROR, STATUS_MESSAGE, writeHeader } from "../wire/header.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { ClientLog } from "./client_log.ts";
import type { ConnectionContext } from "./context.ts";
import { ERROR_COST, FRAME_COST } from "./fair_turn.ts";
import { BATCH_BYTES, SMALL_REPLY_BYTES } from "./reply_buffers.ts";
import { AnswerError } from "./service.ts";

/** The largest receive buffer that is kept between frames, in bytes, while memory is not short. */
const MAX_KEPT_RECEIVE_BYTES = 65_536;
/** The error for a client whose message or reply gets no memory. */
export const NO_MEMORY_MESSAGE =
  "Cannot take the message: all clients together hold too much memory; try again later";
/** The error for a client whose request caused an unexpected exception in the answer. */
const ANSWER_FAILED_MESSAGE = "Cannot answer: the server's own code failed; its stderr shows where";

/** The frames of one client, and their replies. */
export class FrameExchange {
  /** The received frames. */
  readonly decoder: FrameDecoder;
  /** Whether no further request is answered: after goodbye (length 0), or an error that ends it. */
  over = false;

  #context: ConnectionContext;
  #log: ClientLog;
  #fatal: string | null = null; // an error that ends the connection; its error frame is still to be sent

  /** An exchange whose errors and frames are shown in `log`. */
  constructor(context: ConnectionContext, log: ClientLog) {
    this.#context = context;
    this.#log = log;
    this.decoder = new FrameDecoder(context.frameLimits);
  }

  /**
   * Answers frames until none is left or the replies are enough for one write.
   *
   * @param out Gets the replies; its old content is dropped. Empty if there is nothing to write.
   * @returns Their cost: the unit is the work for one byte, see `fair_turn.ts`.
   */
  answerBatch(out: ByteBuffer): number {
    const { decoder } = this;
    let [cost, errorCost] = [0, 0];
    out.length = 0;
    try {
      while (!this.over && out.length + errorCost < BATCH_BYTES && decoder.next()) {
        const at = out.length;
        cost += FRAME_COST;
        this.#log.trace("received", decoder.bytes, decoder.start - HEADER_BYTES, decoder.end);
        if (decoder.start < decoder.end) this.#answer(out);
        else this.over = true; // a request of length 0 is goodbye
        if (out.length > at && out.bytes[at] === STATUS_ERROR) errorCost += ERROR_COST; // it was wrong
      }
    } catch (error) {
      this.#fatal = reasonOf(error);
      this.over = true;
      this.#log.line(this.#fatal);
    }
    // The error frame must need no new memory. A buffer has at least SMALL_REPLY_BYTES, and half of
    // them are enough. If replies fill more than half, #answerAll() writes them, and calls again.
    if (this.#fatal !== null && out.length <= SMALL_REPLY_BYTES / 2) {
      this.appendError(this.#fatal, out);
      this.#fatal = null;
    }
    return cost + errorCost + out.length;
  }

  /** Frees memory that the client may not need again. Call it after the client took all replies. */
  releaseSpare(): void {
    this.decoder.shrink(this.#context.quota.hasSpareMemory ? MAX_KEPT_RECEIVE_BYTES : 0);
  }

  /** Appends an error frame, the last one of this exchange. */
  appendError(reason: string, out: ByteBuffer): void {
    const at = out.length;
    appendFrame(out, STATUS_ERROR, utf8Bytes(reason));
    this.#log.trace("sent", out.bytes, at, out.length);
    this.over = true;
  }

  #answer(out: ByteBuffer): void {
    const { service, transcript } = this.#context;
    const { bytes, start, end } = this.decoder;
    transcript.received(bytes, start, end);
    const at = out.length;
    try {
      out.extend(HEADER_BYTES); // written once the length is known
      const returned: unknown = service.answer(bytes, start, end, out);
      if (returned !== undefined) throw replyReturned(returned);
      writeHeader(out.view, at, STATUS_MESSAGE, out.length - at - HEADER_BYTES);
      transcript.sent(out.bytes, at + HEADER_BYTES, out.length);
    } catch (error) {
      out.length = at;
      if (error instanceof MemoryError) throw error;
      if (!(error instanceof AnswerError)) { // a bug: the log gets its stack trace
        this.#log.line(`closed: the answer to its request failed:\n${stackOf(error)}`);
        return this.appendError(ANSWER_FAILED_MESSAGE, out);
      }
      appendFrame(out, STATUS_ERROR, utf8Bytes(error.message));
      this.#log.wrong(error.message);
    }
    this.#log.trace("sent", out.bytes, at, out.length);
  }
}

/** The message for an error that ends the connection; other errors are thrown again. */
function reasonOf(error: unknown): string {
  if (error instanceof FrameError) return error.message;
  if (error instanceof MemoryError) return NO_MEMORY_MESSAGE;
  throw error;
}

/** The error for an answer that returned its reply instead of appending it. */
function replyReturned(returned: unknown): TypeError {
  const promise = returned instanceof Promise;
  if (promise) returned.catch(() => {}); // its own error is ignored: the TypeError is reported
  return new TypeError(
    `An answer must append its reply and return nothing, but it returned ` +
      (promise ? "a promise (is it async?)" : `a ${typeof returned}`),
  );
}
