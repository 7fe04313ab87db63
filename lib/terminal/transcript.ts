/**
 * The transcript of a conversation: the lines that the assignment asks for.
 *
 * @module
 */
import type { Output } from "./output.ts";
import { appendShown, escapeText, showAddress } from "./show.ts";
import { utf8Bytes } from "../wire/text.ts";

/** The most characters of a message that a server shows; a client shows all. */
export const SERVER_SHOWN_CHARS = 1024;

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * The lines of one program, or of one of its threads.
 *
 * @example
 * ```ts
 * import { BlockingOutput } from "./blocking_output.ts";
 *
 * const transcript = new Transcript(new BlockingOutput(Deno.stdout), false);
 * transcript.listening("lo", 3000, true); // Interface: lo, Port: 3000, Multi-threaded?: True
 * ```
 */
export class Transcript {
  #out: Output;
  #quiet: boolean;
  #shownChars: number;
  #received: Uint8Array; // the label of a line
  #sent: Uint8Array;

  /**
   * A transcript without lines.
   *
   * @param out Where the lines go.
   * @param quiet Whether to show nothing (a client: replies only).
   * @param shownChars The most characters of a message to show.
   */
  constructor(out: Output, quiet: boolean, shownChars = Infinity) {
    this.#out = out;
    this.#quiet = quiet;
    this.#shownChars = shownChars;
    this.#received = utf8Bytes(out.paint("green", "Received:"));
    this.#sent = utf8Bytes(out.paint("cyan", "Sent:"));
  }

  /** A server's ready line. A quiet server shows it too: it has the port. */
  listening(interfaceName: string, port: number, multiThreaded: boolean): void {
    this.#out.line(
      `Interface: ${escapeText(interfaceName)}, Port: ${port}, ` +
        `Multi-threaded?: ${multiThreaded ? "True" : "False"}`,
    );
  }

  /** A client's first line. */
  connecting(interfaceName: string, port: number): void {
    if (!this.#quiet) {
      this.#out.line(`Interface: ${escapeText(interfaceName)}, Port: ${port}`);
    }
  }

  /** A client's second line. */
  connected(server: Deno.NetAddr): void {
    if (!this.#quiet) this.#out.line(showAddress(server));
  }

  /** A server's line for a new client. */
  accepted(client: Deno.NetAddr): void {
    if (!this.#quiet) this.#out.line(`Connected to ${showAddress(client)}`);
  }

  /** A received message. */
  received(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#quiet) this.#message(this.#received, bytes, start, end);
  }

  /** A sent message. */
  sent(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#quiet) this.#message(this.#sent, bytes, start, end);
  }

  /** A client's reply: a received message, or if quiet the reply only. */
  reply(bytes: Uint8Array, start: number, end: number): void {
    if (this.#quiet) this.#bare(bytes, start, end);
    else this.#message(this.#received, bytes, start, end);
  }

  /** Marks a text without a reply: with -q an empty line, so that line N is the reply to line N. */
  noReply(): void {
    if (this.#quiet) this.#bare(this.#received, 0, 0);
  }

  /** Bytes as a line, unchanged. */
  #bare(bytes: Uint8Array, start: number, end: number): void {
    const { buffer } = this.#out;
    buffer.append(bytes, start, end);
    buffer.push(NEWLINE);
    this.#out.written();
  }

  #message(
    label: Uint8Array,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { buffer } = this.#out;
    buffer.append(label);
    if (start < end) {
      buffer.push(SPACE);
      appendShown(buffer, bytes, start, end, this.#shownChars);
    }
    buffer.push(NEWLINE);
    this.#out.written();
  }
}
