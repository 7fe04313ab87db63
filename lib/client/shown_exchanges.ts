/**
 * The client's transcript: each text, then its reply, in order. This file uses no socket.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import type { Transcript } from "../terminal/transcript.ts";
import { type Request, Requests } from "./requests.ts";
import type { TextInput } from "./text_input.ts";

/** The exchanges that are not complete. */
export class ShownExchanges {
  /** Texts that got an error, or could not be sent. (An empty text is no failure.) */
  failedTexts = 0;

  #requests = new Requests();
  #shown = false; // whether the transcript has the first request's Sent line
  #input: TextInput;
  #transcript: Transcript;
  #log: Output;
  #onTurn: () => void;

  /**
   * No exchanges yet.
   *
   * @param input The source of the texts.
   * @param transcript Shows texts and replies.
   * @param log The output for errors.
   * @param onTurn Called when the wait for the next text's reply begins.
   */
  constructor(input: TextInput, transcript: Transcript, log: Output, onTurn: () => void) {
    this.#input = input;
    this.#transcript = transcript;
    this.#log = log;
    this.#onTurn = onTurn;
  }

  /** The number of exchanges that are not complete. */
  get waiting(): number {
    return this.#requests.length;
  }

  /** The memory of these exchanges, in bytes. */
  get heldBytes(): number {
    return this.#requests.heldBytes;
  }

  /** The text whose reply comes next. */
  get first(): Request | undefined {
    return this.#requests.first;
  }

  /** Begins an exchange. */
  begin(request: Request): void {
    this.#requests.push(request);
    if (this.#requests.length === 1) this.#showNext();
  }

  /** Completes the first exchange: its reply is `bytes[start]` to `bytes[end - 1]`. */
  reply(bytes: Uint8Array, start: number, end: number): void {
    this.#transcript.reply(bytes, start, end);
    this.#end();
    this.#showNext();
  }

  /** Completes the first exchange with an error instead of a reply. */
  fail(why: string): void {
    this.#showError(why);
    this.#end();
    this.#showNext();
  }

  /** Shows the text whose reply comes next. Texts before it that were not sent are complete now. */
  #showNext(): void {
    for (let first; (first = this.#requests.first) !== undefined;) {
      if (first.unsent === null) {
        if (!this.#shown) this.#transcript.sent(first.text, 0, first.text.length);
        this.#shown = true;
        this.#onTurn();
        return;
      }
      if (first.unsent === "") this.#transcript.noReply();
      else this.#showError(first.unsent);
      this.#end();
    }
  }

  #showError(why: string): void {
    this.failedTexts++;
    this.#transcript.noReply();
    const place = this.#input.place?.(this.#requests.first?.index ?? 0) ?? "";
    this.#log.line(`${this.#log.paint("red", "Error:")} ${why}${place}`);
  }

  #end(): void {
    this.#requests.shift();
    this.#shown = false;
  }
}
