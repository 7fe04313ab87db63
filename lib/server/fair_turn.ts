/**
 * Fairness among the clients of a thread. A read or write that completes at once never yields to
 * other tasks, so a busy client must yield by itself.
 *
 * @module
 */

import { HEADER_BYTES } from "../wire/header.ts";
import type { UnfinishedFrame } from "./deadlines.ts";

/** The work of a frame beside its bytes, as a number of bytes. */
export const FRAME_WORK = 64;
/** After this much work, in bytes, a client yields. */
const MAX_WORK = 262_144;
/** A larger frame waits for a round of the event loop of its own. */
export const LARGE_BYTES = MAX_WORK;

/** One client's turn on its thread. */
export class FairTurn {
  #work = 0;

  /** Counts work that was done for the client, in bytes. */
  add(work: number): void {
    this.#work += work;
  }

  /** Whether the client must yield. */
  get over(): boolean {
    return this.#work > MAX_WORK;
  }

  /** Lets other tasks run, and begins a new turn. */
  yield(): Promise<void> {
    this.#work = 0;
    return nextRound();
  }
}

/**
 * The large frames of a thread: between two of them, other clients' sockets are polled. A timer is
 * needed for that: while immediates keep the event loop awake, Deno polls sockets only once in
 * about sixty rounds.
 */
export class LargeFrames {
  #last = Promise.resolve();

  /** Waits for the turn of a frame, if it is complete. */
  async turnOf({ partial, announced }: UnfinishedFrame): Promise<void> {
    if (partial < HEADER_BYTES + announced) return;
    await (this.#last = this.#last.then(timer));
  }
}

/** Lets the event loop wait for sockets, a millisecond at most. */
function timer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets the event loop go round once. */
function nextRound(): Promise<void> {
  return new Promise((resolve) => {
    // A global that the types of Deno 2.4 do not have.
    (globalThis as unknown as { setImmediate(run: () => void): void }).setImmediate(resolve);
  });
}
