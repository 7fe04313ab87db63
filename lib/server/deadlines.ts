/**
 * How long one client may take: for a frame, between frames, for taking its
 * replies, and when the server stops.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

/**
 * When the server stops, it looks again and again. A client of which nothing
 * came in so many looks has sent all it wanted. Looks are counted and not
 * milliseconds, because a busy thread may not have got round to reading.
 */
const STOP_QUIET_POLLS = 8;
/** When the server stops, a client that never pauses is cut off between two messages after this. */
const STOP_BUSY_MS = 2_500;
/** When the server stops, clients are drained for so long. */
export const STOP_DRAIN_MS = 1_000;

/** What has come of the frame that is not whole yet. */
export interface UnfinishedFrame {
  /** How many bytes of it have come. */
  readonly partial: number;
  /** The payload length that it announces; -1 before its header is whole. */
  readonly announced: number;
}

/** The deadlines of one client, in milliseconds of its server's clock. */
export class Deadlines {
  #limits: Limits;
  #until = 0; // when the write or the drain that is under way must be over
  #heardAt: number; // when bytes last came, or replies were taken
  #frameBeganAt = 0; // when the unfinished frame's first byte came
  #quietPolls = 0; // looks since bytes last came

  /** The deadlines of a client that came at `now`. */
  constructor(limits: Limits, now: number) {
    this.#limits = limits;
    this.#heardAt = now;
  }

  /** Bytes have come. */
  heard(now: number, frameBegins: boolean): void {
    this.#heardAt = now;
    this.#quietPolls = 0;
    if (frameBegins) this.#frameBeganAt = now;
  }

  /** What has come behind a whole frame is a new one. */
  frameBegan(now: number): void {
    this.#frameBeganAt = now;
  }

  /** All replies are taken: the client was not idle until now. */
  answered(now: number): void {
    this.#heardAt = now;
  }

  /** A part of its replies is taken, or the first is to be: the next must be within the deadline. */
  writing(now: number): void {
    this.#until = now + this.#limits.writeDeadlineMs;
  }

  /** Its last word is said, and may take so long to arrive. */
  draining(now: number, drainMs: number = this.#limits.drainMs): void {
    this.#until = now + drainMs;
  }

  /** Whether the write or the drain that is under way has taken too long. */
  expired(now: number): boolean {
    return now > this.#until;
  }

  /** A client that is waited for: why that has taken too long, as a sentence; null if it has not. */
  overdue(now: number, { partial, announced }: UnfinishedFrame): string | null {
    const { idleTimeoutMs, frameDeadlineMs, frameDeadlinePer64KiBMs } = this.#limits;
    const frameMs = frameDeadlineMs + frameDeadlinePer64KiBMs * Math.max(0, announced) / 65_536;
    if (partial > 0 && now - this.#frameBeganAt > frameMs) {
      return `Cannot wait longer for the rest of the frame: it must be whole within ${
        seconds(frameMs)
      }`;
    }
    if (idleTimeoutMs > 0 && now - this.#heardAt > idleTimeoutMs) {
      return `Cannot wait longer for a message: a client that sends nothing for ${
        seconds(idleTimeoutMs)
      } is closed`;
    }
    return null;
  }

  /**
   * Whether a client can be let go that is waited for while the server stops.
   * The server asks again and again.
   *
   * @param stoppingMs For how long the server has been stopping.
   * @param between Whether the client is between two messages.
   */
  finished(stoppingMs: number, between: boolean): boolean {
    const quiet = ++this.#quietPolls > STOP_QUIET_POLLS;
    return quiet || stoppingMs >= STOP_BUSY_MS && between ||
      stoppingMs >= this.#limits.graceMs - STOP_DRAIN_MS;
  }
}

/** A time as people read it. */
export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
