/**
 * How a server stops: the deadlines that all its parts share, and when its clients' requests are
 * all read.
 *
 * @module
 */

/** How often a server that stops looks at its clients. */
export const STOP_POLL_MS = 25;
/** The end of the time to stop: no request is answered any more, clients are drained. */
const LAST_DRAIN_MS = 600;
/** After its connections are closed, a server may take this long to write its transcript. */
const OUTPUT_MS = 500;
/** All input counts as read after this many looks without a read or an accepted client. */
const IDLE_LOOKS = 3;
/** The longest accept queue of a listener (Linux: net.core.somaxconn). */
const MAX_QUEUE = 4_096;

/** The error of a client whose requests cannot all be answered before the server ends. */
export const STOPPED_MESSAGE =
  "The server stops: it has no time for further messages; try again later, or another server";

/** The deadlines of a server that stops. The first three are times of `performance.now()`. */
export class StopDeadline {
  /** Until then requests are read and answered. */
  readonly answerUntil: number;
  /** At this time all connections are closed. */
  readonly closeAt: number;
  /** At this time the program ends, with or without its last lines. */
  readonly exitAt: number;
  /** The signal's time, as milliseconds since 1970: the form that other threads can use. */
  readonly signalledAt: number;

  /**
   * The deadlines after a signal.
   *
   * @param graceMs From the signal until all connections are closed.
   * @param signalledAt Milliseconds since 1970.
   */
  constructor(graceMs: number, signalledAt: number = performance.timeOrigin + performance.now()) {
    this.signalledAt = signalledAt;
    this.closeAt = signalledAt - performance.timeOrigin + graceMs;
    this.answerUntil = this.closeAt - Math.min(LAST_DRAIN_MS, graceMs / 2);
    this.exitAt = this.closeAt + OUTPUT_MS;
  }
}

/**
 * The graceful shutdown of one thread: it ends when everything that clients have sent is read, bytes
 * and clients in the accept queue. No system call tells whether some are left. The input counts as
 * empty after several looks, {@linkcode STOP_POLL_MS} apart, without bytes and without clients. One
 * look is not enough: its timer may run before the socket events of the same round of the event loop.
 */
export class GracefulShutdown {
  /** Whether it has begun. */
  stopping = false;
  /** Whether no time is left for further requests. */
  late = false;

  #events = 0;
  #seenEvents = 0;
  #idleLooks = 0;
  #acceptedStopping = 0; // clients accepted after the signal

  /** Counts bytes that were read. */
  onRead(): void {
    this.#events++;
  }

  /** Counts an accepted client. */
  onAccepted(): void {
    this.#events++;
    if (this.stopping) this.#acceptedStopping++;
  }

  /**
   * Whether every client that was in the accept queue at the signal is accepted. The queue is first
   * in, first out: more accepted clients than its longest length are enough.
   */
  isQueueServed(): boolean {
    return this.#acceptedStopping > MAX_QUEUE;
  }

  /** Whether all input is read. To be called once every {@linkcode STOP_POLL_MS}. */
  isInputEmpty(): boolean {
    this.#idleLooks = this.#events === this.#seenEvents ? this.#idleLooks + 1 : 0;
    this.#seenEvents = this.#events;
    return this.#idleLooks >= IDLE_LOOKS;
  }
}
