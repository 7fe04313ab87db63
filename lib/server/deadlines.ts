/**
 * The deadlines of one client: for a frame, for its next message, and for taking its replies.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

/** A client that is drained while the server stops has this long to close its side. */
const STOP_DRAIN_MS = 1_000;

/** The next frame of a client, complete or not. */
export interface IncomingFrame {
  /** How many bytes of it are received. */
  readonly buffered: number;
  /** The payload length in its header; -1 before the header is complete. */
  readonly announced: number;
}

/** The deadlines of one client, in milliseconds of its server's clock. */
export class Deadlines {
  #limits: Limits;
  #until = 0; // deadline of the current write or drain
  #activeAt: number; // when bytes arrived, or the client took replies
  #frameBeganAt = 0; // when the unfinished frame's first byte arrived

  /** The deadlines of a client that connected at `now`. */
  constructor(limits: Limits, now: number) {
    this.#limits = limits;
    this.#activeAt = now;
  }

  /**
   * Bytes have arrived; they begin a frame if the decoder was empty. They may complete a frame, whose
   * answer may wait for its turn: restart the deadline of a write.
   */
  onReceived(now: number, beginsFrame: boolean): void {
    this.#activeAt = now;
    this.onWriting(now);
    if (beginsFrame) this.#frameBeganAt = now;
  }

  /**
   * The socket has taken the replies. Leftover bytes belong to the next frame, and the server did
   * not read while it wrote: restart the idle deadline and the frame deadline.
   */
  onAnswered(now: number): void {
    this.#activeAt = this.#frameBeganAt = now;
  }

  /** A write begins, or has made progress: restart its deadline. */
  onWriting(now: number): void {
    this.#until = now + this.#limits.writeDeadlineMs;
  }

  /** The last frame is being sent: start the deadline for the client to close. A stop shortens it. */
  onDraining(now: number, stopping: boolean): void {
    const { drainMs } = this.#limits;
    this.#until = now + (stopping ? Math.min(drainMs, STOP_DRAIN_MS) : drainMs);
  }

  /** Whether the current write or drain has taken too long. */
  expired(now: number): boolean {
    return now > this.#until;
  }

  /** The reason to stop waiting for this client's bytes, as a sentence; null if there is none. */
  overdue(now: number, { buffered, announced }: IncomingFrame): string | null {
    const { idleTimeoutMs, frameDeadlineMs, frameDeadlinePer64KiBMs } = this.#limits;
    const frameMs = frameDeadlineMs + frameDeadlinePer64KiBMs * Math.max(0, announced) / 65_536;
    if (buffered > 0 && now - this.#frameBeganAt > frameMs) {
      return `Cannot wait longer for the rest of the frame: it must be complete within ${
        seconds(frameMs)
      }`;
    }
    if (idleTimeoutMs > 0 && now - this.#activeAt > idleTimeoutMs) {
      return `Cannot wait longer for a message: a client that sends nothing for ${
        seconds(idleTimeoutMs)
      } is closed`;
    }
    return null;
  }
}

/** A time for a message: `1.5 s`. */
export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
