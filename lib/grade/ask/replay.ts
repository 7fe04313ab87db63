/**
 * Asks a server without its client: repeats a request that the client has sent, or tries the usual
 * frames, each on a fresh server.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import { judgeBytes } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { WHY } from "../read/judgement.ts";
import { closeQuietly, type Dial, writeAll, writeInPieces } from "../sandbox/recording_proxy.ts";
import type { SubmittedServer } from "./submitted_server.ts";
import { IdleClock } from "../sandbox/idle_clock.ts";
import { within } from "../sandbox/waiting.ts";
import { QUIET_MS, REPLAY_LIMIT_MS, SEND_LIMIT_MS, STEP_MS } from "./limits.ts";

const MAX_REPLY_BYTES = 256 * 1024;
const PADDED_BYTES = [256, 1024];
const HEADER_CHARS = 64;

/** A request that the grader can send to a server. */
export interface RecordedRequest {
  /** The bytes to send, with a pause before each step. */
  steps: Uint8Array<ArrayBuffer>[];
  text: string;
  awaitsGreeting: boolean;
  /** Whether the client ended the stream after it. */
  ends: boolean;
}

/** A request of one message, after a greeting if there is one. */
export function requestOf(
  text: string,
  bytes: Uint8Array<ArrayBuffer>,
  ends = false,
): RecordedRequest {
  return { steps: [bytes], text, awaitsGreeting: true, ends };
}

/** A server's answer to one of the usual frames. */
export interface Probe {
  sent: Uint8Array<ArrayBuffer>;
  /** The bytes that the server sent. */
  received: Uint8Array<ArrayBuffer>;
  text: string;
  /** Whether the grader ended the stream after it. */
  ends: boolean;
}

/** Whether bytes are a whole answer. */
export type IsEnough = (received: Uint8Array) => boolean;

/** The grader's own connection to a server; it reads all the time. */
export class ServerConnection {
  received: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  closed = false;

  /** Called when something has come. */
  #onData: () => void = () => {};
  #pids: () => number[];

  private constructor(private readonly conn: Deno.Conn, private readonly dial: Dial) {
    this.#pids = dial.pids ?? (() => []);
    this.#read();
  }

  /** Connects; undefined if the connection is refused. */
  static async connect(dial: Dial): Promise<ServerConnection | undefined> {
    try {
      return new ServerConnection(await dial(), dial);
    } catch {
      return undefined;
    }
  }

  /** Sends bytes. @returns Whether they could be sent. */
  async send(bytes: Uint8Array, pieces = false): Promise<boolean> {
    const writing = pieces
      ? writeInPieces(this.conn, bytes, this.#pids)
      : writeAll(this.conn, bytes);
    const sent = writing.then(() => true, () => false);
    return await within(sent, SEND_LIMIT_MS) ?? false;
  }

  async endStream(): Promise<void> {
    await (this.conn as Deno.TcpConn).closeWrite().catch(() => {});
  }

  /**
   * Waits for more than `since` bytes, until no more follow or they are enough. Returns the new
   * bytes.
   */
  async settle(
    since: number,
    limitMs = REPLAY_LIMIT_MS,
    isEnough: IsEnough = () => false,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const clock = new IdleClock(this.#pids);
    const endMs = limitMs + (this.dial.patienceMs?.() ?? 0);
    let [length, changedAt] = [this.received.length, 0];
    const isDone = () => isEnough(this.received.slice(since));
    const enough = new Promise<void>((resolve) => this.#onData = () => isDone() && resolve());
    while (!this.closed && !clock.isOver(endMs) && !isDone()) {
      await Promise.race([clock.look(), enough]);
      if (this.received.length !== length) {
        changedAt = clock.now;
        clock.lookSoon();
      }
      length = this.received.length;
      if (length > since && clock.now - changedAt > QUIET_MS) break;
    }
    return this.received.slice(since);
  }

  close(): void {
    closeQuietly(this.conn);
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const length = await this.conn.read(buffer);
        if (length === null || this.received.length > MAX_REPLY_BYTES) break;
        this.received = concat([this.received, buffer.slice(0, length)]);
        this.#onData();
      }
    } catch {
      // Reset by the server, or closed by close().
    }
    this.closed = true;
  }
}

/**
 * Repeats a request and returns the reply.
 *
 * @param pieces Whether bytes go one at a time.
 * @param isEnough Whether bytes are the whole reply; if absent, the reply ends when no more follow.
 */
export async function replay(
  dial: Dial,
  request: RecordedRequest,
  isEnough?: IsEnough,
  pieces = false,
): Promise<Uint8Array<ArrayBuffer>> {
  const connection = await ServerConnection.connect(dial);
  if (!connection) return new Uint8Array(0);
  try {
    let since = 0;
    for (const [i, step] of request.steps.entries()) {
      if (i > 0 || request.awaitsGreeting) {
        await connection.settle(connection.received.length, STEP_MS);
      }
      since = connection.received.length;
      if (!await connection.send(step, pieces)) return connection.received.slice(since);
    }
    if (request.ends) await connection.endStream();
    return await connection.settle(since, REPLAY_LIMIT_MS, isEnough);
  } finally {
    connection.close();
  }
}

/**
 * Asks a server with one usual frame after another, until an answer is right. Without a right
 * answer it returns the first that looks like one.
 *
 * @param known What the server's own client has sent: then no usual frame is tried.
 */
export async function probeServer(
  server: SubmittedServer,
  conversion: Conversion,
  text: string,
  known?: { text: string; sent: Uint8Array<ArrayBuffer> },
): Promise<Probe | undefined> {
  const typed = conversion.typed(text);
  const tries: RecordedRequest[] = [
    ...known
      ? [known.sent, concat([known.sent, LINE_END])].map((sent) => requestOf(known.text, sent))
      : usualFrames(typed).map((bytes) => requestOf(text, bytes)),
    requestOf(text, utf8Bytes(typed), true),
  ];
  let best: Probe | undefined;
  for (const request of tries) {
    if (!await server.ensureListening()) break;
    const received = await replay(server.dial, request);
    if (received.length === 0) {
      // The server may wait for the rest of a message: the next frame needs a fresh server.
      if (server.alive) await server.restart();
      continue;
    }
    const probe = { sent: concat(request.steps), received, text: request.text, ends: request.ends };
    const { verdict, why } = judgeBytes(conversion, request.text, received);
    // A server that converts the line's end waits for that end: the text alone got no answer.
    if (verdict === "right" || why === WHY.lineEnd) return probe;
    if (verdict !== "none") best ??= probe;
  }
  return best;
}

const LINE_END = utf8Bytes("\n");

function usualFrames(typed: string): Uint8Array<ArrayBuffer>[] {
  const body = utf8Bytes(typed);
  const { length } = body;
  const withHeader = (size: number, set: (view: DataView) => void) => {
    const bytes = new Uint8Array(size);
    set(new DataView(bytes.buffer));
    return concat([bytes, body]);
  };
  return [
    body,
    utf8Bytes(`${typed}\n`),
    withHeader(4, (view) => view.setUint32(0, length)),
    withHeader(2, (view) => view.setUint16(0, length)),
    withHeader(4, (view) => view.setUint32(0, length, true)),
    withHeader(4, (view) => view.setUint16(0, length)), // hi lo 00 00
    withHeader(8, (view) => view.setBigUint64(0, BigInt(length))),
    withHeader(2, (view) => view.setUint16(0, length, true)),
    withHeader(8, (view) => view.setBigUint64(0, BigInt(length), true)),
    utf8Bytes(`${length}`.padEnd(HEADER_CHARS) + typed),
    ...PADDED_BYTES.map((size) => {
      const bytes = new Uint8Array(Math.max(size, length));
      bytes.set(body);
      return bytes;
    }),
    utf8Bytes(`${typed}\r\n`),
    utf8Bytes(`ada\n${typed}\n`),
  ];
}
