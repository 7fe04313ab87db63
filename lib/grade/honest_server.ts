/**
 * A small right server inside the grader, so that a client can be graded alone:
 * it notes what it is sent, byte by byte and when, and can be told to answer in
 * an awkward way.
 *
 * @module
 */
import { lenientText, utf8Bytes } from "../wire/text.ts";
import { frame, HEADER_BYTES, showBytes, showText } from "./frames.ts";
import { Gathered, MAX_GATHERED_BYTES, received } from "./gathered.ts";
import { pause } from "./waiting.ts";

/** What a client may take before its next message: longer than any check. */
const PATIENCE_MS = 20_000;

/** One message as it came. */
export interface Request {
  text: string;
  header: Uint8Array;
  /** Milliseconds from its header to its end: what Nagle's algorithm costs. */
  gapMs: number;
}

/** How the server answers. */
export interface Manner {
  /** The text to send back. Throws for an error reply. */
  answer: (text: string) => string;
  /** A reply's bytes as they are written, with a pause after each. */
  pieces?: (reply: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>[];
  /** Whether it hangs up after its first reply. */
  hangsUp?: boolean;
}

const PIECE_PAUSE_MS = 15;

/** Serves any number of clients until it is closed. */
export class HonestServer {
  readonly requests: Request[] = [];
  readonly port: number;
  readonly hostname: string;

  #listener: Deno.TcpListener;
  #conns = new Set<Deno.TcpConn>();
  #manner: Manner;
  #log: (line: string) => void;

  constructor(
    addr: { hostname: string; port: number },
    manner: Manner,
    log: (line: string) => void,
  ) {
    this.#listener = Deno.listen(addr);
    this.port = addr.port;
    this.hostname = addr.hostname;
    this.#manner = manner;
    this.#log = log;
    this.#accept();
  }

  /** Ends it and its connections. */
  close(): void {
    this.#listener.close();
    for (const conn of this.#conns) hangUp(conn);
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        this.#serve(await this.#listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return; // closed
        await pause(PIECE_PAUSE_MS);
      }
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    this.#conns.add(conn);
    try {
      conn.setNoDelay(true);
      this.#log("    a client connects to the grader's own server");
      await this.#converse(conn, new Gathered(received(conn)));
    } catch {
      this.#log("    the client has gone");
    } finally {
      hangUp(conn);
      this.#conns.delete(conn);
    }
  }

  async #converse(conn: Deno.TcpConn, input: Gathered): Promise<void> {
    for (let at = 0;;) {
      const have = (count: number) => input.when(() => input.length >= at + count, PATIENCE_MS);
      if (!await have(HEADER_BYTES)) return;
      const since = performance.now();
      const header = input.bytes.slice(at, at + HEADER_BYTES);
      const length = new DataView(header.buffer).getUint32(0);
      if (length === 0 || length > MAX_GATHERED_BYTES) {
        this.#log(`--> ${showBytes(header)}  ${length ? "?" : "goodbye"}`);
        if (length > 0) this.requests.push({ text: "", header, gapMs: 0 });
        return;
      }
      const whole = await have(HEADER_BYTES + length);
      const payload = input.bytes.slice(at + HEADER_BYTES).subarray(0, length);
      const text = lenientText(payload);
      this.requests.push({ text, header, gapMs: performance.now() - since });
      this.#log(`--> ${showBytes(header)}  ${showText(payload)}`);
      if (!whole) return;
      at += HEADER_BYTES + length;
      await this.#reply(conn, text);
      if (this.#manner.hangsUp) return;
    }
  }

  async #reply(conn: Deno.TcpConn, text: string): Promise<void> {
    const { answer, pieces } = this.#manner;
    let reply: Uint8Array<ArrayBuffer>;
    try {
      reply = frame(answer(text));
    } catch (error) {
      reply = frame(utf8Bytes((error as Error).message), 1);
    }
    this.#log(`<-- ${showBytes(reply)}  ${showText(reply.subarray(4))}`);
    for (const piece of pieces?.(reply) ?? [reply]) {
      for (let sent = 0; sent < piece.length;) {
        sent += await conn.write(piece.subarray(sent));
      }
      if (pieces) await pause(PIECE_PAUSE_MS);
    }
  }
}

function hangUp(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It was closed already.
  }
}
