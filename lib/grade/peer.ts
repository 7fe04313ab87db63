/**
 * The grader as a client: it sends exactly the bytes that it means, and reads
 * whatever comes back.
 *
 * @module
 */
import { lenientText } from "../wire/text.ts";
import { Failed } from "./check.ts";
import type { Exchange } from "./exchanges.ts";
import { frame, HEADER_BYTES, type HeaderForm, readLength, showBytes, showText } from "./frames.ts";
import { Gathered, received } from "./gathered.ts";
import { within } from "./waiting.ts";

/** Long enough for any right program on a busy machine. */
export const REPLY_LIMIT_MS = 3_000;

/** A reply as it came. */
export interface Reply {
  header: Uint8Array;
  form: HeaderForm;
  payload: Uint8Array;
  text: string;
}

/** An exchange with what really came for a reply. */
export interface Heard extends Exchange, Reply {}

/** A connection to a server. */
export class Peer {
  #conn: Deno.TcpConn;
  #in: Gathered;
  #at = 0; // how much of it was taken
  #log: (line: string) => void;

  constructor(conn: Deno.TcpConn, log: (line: string) => void) {
    conn.setNoDelay(true);
    this.#conn = conn;
    this.#in = new Gathered(received(conn));
    this.#log = log;
  }

  /** Sends all of it, or as much as the server takes in time. */
  async send(bytes: Uint8Array): Promise<void> {
    this.#log(
      `--> ${showBytes(bytes)}  ${showText(bytes.subarray(HEADER_BYTES))}`,
    );
    const write = async () => {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    };
    try {
      await within(write(), REPLY_LIMIT_MS);
    } catch {
      this.#log("    the server has closed the connection");
    }
  }

  /**
   * The next reply, whatever form its length has.
   *
   * @param wanted What would be right, if anything would: its length helps to tell
   * the forms apart.
   */
  async reply(wanted?: string, limitMs = REPLY_LIMIT_MS): Promise<Reply> {
    const right = frame(wanted ?? "");
    const expected = wanted === undefined ? "a reply that says what is wrong" : showBytes(right);
    const header = await this.#take(HEADER_BYTES, limitMs, expected);
    const { length, form } = readLength(header, right.length - HEADER_BYTES);
    const payload = await this.#take(length, limitMs, expected, header);
    this.#log(`<-- ${showBytes(header)}  ${showText(payload)}`);
    return { header, form, payload, text: lenientText(payload) };
  }

  /** Sends a message and takes its reply. */
  async ask(exchange: Exchange): Promise<Heard> {
    await this.send(frame(exchange.request));
    return await this.replyTo(exchange);
  }

  /** The next reply, as the one to this request; how its length is written is let pass. */
  async replyTo({ request, reply }: Exchange): Promise<Heard> {
    return { request, reply, ...await this.reply(reply) };
  }

  /** Whether nothing comes for so long, and the connection stays open. */
  async silent(milliseconds: number): Promise<boolean> {
    const came = await this.#in.when(
      () => this.#in.length > this.#at,
      milliseconds,
    );
    return !came && this.#in.ended === undefined;
  }

  /** Whether the server ends the connection in time. */
  async ended(limitMs: number): Promise<boolean> {
    await within(this.#in.done, limitMs);
    return this.#in.ended !== undefined;
  }

  /** Says that nothing more will be sent; replies can still come. */
  async closeWrite(): Promise<void> {
    this.#log("--> end of stream");
    await this.#conn.closeWrite();
  }

  /** Hangs up. With bytes unread that is a reset. */
  close(): void {
    try {
      this.#conn.close();
      this.#log("    the client hangs up");
    } catch {
      // It was closed already.
    }
  }

  /** The next bytes; `header` is what announced them. */
  async #take(
    count: number,
    limitMs: number,
    expected: string,
    header?: Uint8Array,
  ): Promise<Uint8Array> {
    const stop = this.#at + count;
    if (!await this.#in.when(() => this.#in.length >= stop, limitMs)) {
      const came = this.#in.bytes.subarray(this.#at);
      const then = {
        "end of stream": "then the server closed the connection",
        reset: "then the server reset the connection",
        flood: "and it does not end",
        late: `and no more for ${limitMs / 1000} s`,
      }[this.#in.ended ?? "late"];
      this.#log(`<-- ${showBytes(came)}  ${then}`);
      throw new Failed("no whole reply came", {
        expected,
        actual: header
          ? `${showBytes(header)}, which announces ${count} bytes; ${came.length} came, ${then}`
          : `${came.length === 0 ? "nothing" : showBytes(came)}, ${then}`,
      });
    }
    const bytes = this.#in.bytes.slice(this.#at, stop);
    this.#at = stop;
    return bytes;
  }
}
