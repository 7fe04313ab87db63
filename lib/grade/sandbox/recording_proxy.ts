/**
 * The proxy: the only connection between two sandboxes. Data goes from the client's network
 * through the grader to the server's network. The grader records each byte, and can delay, split or
 * cut replies, as real networks do.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { untilRead } from "./idle_clock.ts";
import { pause, within } from "./waiting.ts";
import { DIAL_LIMIT_MS, LATE_MS, PIECE_PAUSE_MS } from "./limits.ts";

const CHUNK_BYTES = 65_536;
/** Bytes that are recorded of all connections together. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** What the record of a piece costs beside its bytes. */
const RECORD_BYTES = 64;
/** Connections at once: no client of the lab needs half of them. */
export const MAX_CONNECTIONS = 16;
/** Connections in all: no client of the lab needs a tenth of them. */
const MAX_ALL_CONNECTIONS = 512;
/** The first bytes that go one at a time; larger pieces follow, which takes less time. */
const SINGLE_BYTES = 48;
const LARGER_PIECE_BYTES = 32;
/** The payload of a full TCP segment on Ethernet. */
const SEGMENT_BYTES = 1_460;

/** How the proxy treats replies; the last manner is about requests. */
export type Manner = "as it is" | "one byte at a time" | "late" | "cut" | "request in segments";

/** Something that passed through the proxy. */
export interface Passed {
  /** Which connection, counted from 0. */
  connection: number;
  /** `open` and `close` are the client's doing; `reply end` is the server's. */
  what: "open" | "request" | "reply" | "close" | "reply end";
  /** The bytes as they were sent, before the proxy changed them. */
  bytes: Uint8Array<ArrayBuffer>;
  /** When, in milliseconds. */
  at: number;
  /**
   * Milliseconds after the piece before, if that one went the same way in the same connection;
   * none where the proxy itself holds pieces.
   */
  gapMs?: number;
}

/** Connects to a server. */
export interface Dial {
  (): Promise<Deno.Conn>;
  /** The processes of the server and of its relay; none if the server is the grader's. */
  pids?: () => number[];
  /** Milliseconds that the server needs beyond the usual limits. */
  patienceMs?: () => number;
}

const NOTHING = new Uint8Array(0);
/** A proxy between a client's network and a server's. */
export class RecordingProxy {
  readonly passed: Passed[] = [];
  /** When something passed last. */
  lastAt: number = performance.now();
  /** How many pieces the proxy holds at the moment. */
  holding = 0;
  manner: Manner = "as it is";
  /** Whether the times between pieces are recorded. */
  isTimed = true;
  /** Changes a piece of what passes on its way. */
  alter: { [way in "request" | "reply"]?: (bytes: Uint8Array<ArrayBuffer>) => void } = {};
  /** The processes that read replies, and their relay. */
  pids: () => number[] = () => [];

  /** Connects to the server. */
  dial: Dial | undefined;
  #dialled = Promise.withResolvers<void>();
  #kept = 0;
  #connections: Deno.Conn[] = [];
  /** How many connections there were. */
  count = 0;
  #open = 0;
  #listeners: Deno.Listener[] = [];
  #closed = false;
  /** The port of the first connection. */
  port: number | undefined;
  /** What the client did too much of, as the end of a sentence. */
  excess: string | undefined;
  /** Called once, when the client exceeds a limit. The caller that started the client ends it. */
  onExcess: ((why: string) => void) | undefined;

  /** A proxy without connections. @param dial Connects to the server; until it is known, the proxy holds connections. */
  constructor(dial?: Dial) {
    if (dial) this.connectTo(dial);
  }

  /** Passes the held connections, and all later ones, on to a server. */
  connectTo(dial: Dial): void {
    this.dial = dial;
    this.lastAt = performance.now();
    this.#dialled.resolve();
  }

  get isOpen(): boolean {
    return this.#open > 0;
  }

  /**
   * Takes in connections for as long as the listener is open.
   *
   * @param port The port that the client calls for it.
   */
  async serve(listener: Deno.Listener, port?: number): Promise<void> {
    this.#listeners.push(listener);
    for (;;) {
      try {
        const client = await listener.accept();
        this.port ??= port;
        if (this.count >= MAX_ALL_CONNECTIONS) this.#refuse(`${MAX_ALL_CONNECTIONS} connections`);
        if (this.#open >= MAX_CONNECTIONS) this.#refuse(`${MAX_CONNECTIONS} connections at once`);
        if (this.excess !== undefined) {
          closeQuietly(client);
          continue;
        }
        this.#open++;
        this.#carry(client).catch(() => {}).finally(() => this.#open--);
      } catch {
        return; // it was closed
      }
    }
  }

  #refuse(what: string): void {
    if (this.excess !== undefined) return;
    this.excess = `opened more than ${what} and was ended`;
    this.onExcess?.(this.excess);
  }

  /** The bytes that passed one way since an index into {@linkcode passed}. */
  bytes(what: "request" | "reply", since = 0): Uint8Array<ArrayBuffer> {
    const passed = this.passed.slice(since).filter((one) => one.what === what);
    return concat(passed.map(({ bytes }) => bytes));
  }

  close(): void {
    this.#closed = true;
    this.#dialled.resolve();
    for (const one of [...this.#listeners, ...this.#connections]) closeQuietly(one);
  }

  async #carry(client: Deno.Conn): Promise<void> {
    const connection = this.count++;
    this.#note(connection, "open", NOTHING);
    this.#connections.push(client);
    const server = this.#meet(); // what a client sends is read before its server is known
    await Promise.all([
      this.#pass(Promise.resolve(client), server, connection, "request"),
      this.#pass(server, Promise.resolve(client), connection, "reply"),
      server.then((conn) => conn ?? closeQuietly(client)),
    ]);
    closeQuietly(client);
    closeQuietly(await server);
  }

  async #meet(): Promise<Deno.Conn | undefined> {
    await this.#dialled.promise;
    if (!this.dial || this.#closed) return undefined;
    const server = await within(this.dial(), DIAL_LIMIT_MS).catch(() => undefined);
    if (server) this.#connections.push(server);
    if (this.#closed) closeQuietly(server);
    return server;
  }

  async #pass(
    source: Promise<Deno.Conn | undefined>,
    sink: Promise<Deno.Conn | undefined>,
    connection: number,
    what: "request" | "reply",
  ): Promise<void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let late = true;
    const from = await source;
    if (!from) return;
    try {
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) break;
        const bytes = buffer.slice(0, length);
        this.#note(connection, what, bytes.slice());
        const to = await sink;
        if (!to) break;
        this.alter[what]?.(bytes);
        if (what === "request") {
          late = true;
          if (this.manner !== "request in segments") await writeAll(to, bytes);
          else await this.#held(() => writeInSegments(to, bytes, this.pids));
          continue;
        }
        const isLate = this.manner === "late" && late;
        late = false;
        if (!await this.#held(() => this.#deliver(to, bytes, isLate))) {
          closeQuietly(from);
          break;
        }
      }
    } catch {
      // One of the two has closed.
    }
    this.#note(connection, what === "request" ? "close" : "reply end", NOTHING);
    try {
      await (await sink as Deno.TcpConn | undefined)?.closeWrite();
    } catch {
      // It is closed.
    }
  }

  /** Passes something on; until then the exchange is not over. */
  async #held<T>(pass: () => Promise<T>): Promise<T> {
    this.holding++;
    try {
      return await pass();
    } finally {
      this.holding--;
      this.lastAt = performance.now();
    }
  }

  /** Passes a piece of a reply on in the proxy's manner. @returns Whether more may follow. */
  async #deliver(to: Deno.Conn, bytes: Uint8Array, isLate: boolean): Promise<boolean> {
    if (isLate) await pause(LATE_MS);
    const isCut = this.manner === "cut";
    const part = isCut ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
    if (this.manner !== "one byte at a time") await writeAll(to, part);
    else await writeInPieces(to, part, this.pids);
    if (isCut) await pause(PIECE_PAUSE_MS);
    return !isCut;
  }

  #note(connection: number, what: Passed["what"], bytes: Uint8Array<ArrayBuffer>): void {
    this.lastAt = performance.now();
    this.#kept += bytes.length + RECORD_BYTES;
    const isPiece = what === "request" || what === "reply";
    if (this.#kept > MAX_KEPT_BYTES && isPiece) return;
    const at = this.lastAt;
    const before = this.passed.at(-1);
    const isNext = this.isTimed && this.manner === "as it is" && before?.what === what &&
      before.connection === connection;
    this.passed.push({ connection, what, bytes, at, ...isNext && { gapMs: at - before.at } });
  }
}

/** Writes bytes. */
export async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/**
 * Writes bytes in pieces, with a pause after each. The first byte is read by itself, and the bytes
 * up to the middle before the others, however busy the machine is.
 *
 * @param pids The processes of the reader, and of its relay.
 */
export async function writeInPieces(
  to: Deno.Conn,
  bytes: Uint8Array,
  pids: () => number[],
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const piece = at < SINGLE_BYTES ? 1 : LARGER_PIECE_BYTES;
    const from = at;
    at += await to.write(bytes.subarray(at, at + piece));
    const isMiddle = 2 * at >= bytes.length && 2 * from < bytes.length;
    if (at === 1 || isMiddle) await untilRead(pids);
    else await pause(PIECE_PAUSE_MS);
  }
}

/**
 * Writes a segment, and the rest once the segment was read: how much one read returns does not
 * depend on chance.
 */
async function writeInSegments(
  to: Deno.Conn,
  bytes: Uint8Array,
  pids: () => number[],
): Promise<void> {
  await writeAll(to, bytes.subarray(0, SEGMENT_BYTES));
  if (bytes.length <= SEGMENT_BYTES) return;
  await untilRead(pids);
  await writeAll(to, bytes.subarray(SEGMENT_BYTES));
}

/** Closes something that may be closed already. */
export function closeQuietly(one: { close(): void } | undefined): void {
  try {
    one?.close();
  } catch {
    // It is closed.
  }
}
