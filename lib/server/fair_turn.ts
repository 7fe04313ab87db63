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
/**
 * Sockets are polled about this often. While something keeps the event loop awake, Deno polls
 * sockets only once in about sixty rounds, so all clients must let it sleep at the same time.
 */
const MAX_UNPOLLED_MS = 100;
/** A timer of a millisecond that takes longer did not let the event loop sleep. */
const LATE_TIMER_MS = 3;
const POLL_ATTEMPTS = 3;
/** Before a frame with more bytes than this is answered, other clients' sockets are polled. */
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

/** The large frames of a thread: between two of them, other clients' sockets are polled. */
export class LargeFrames {
  #last = Promise.resolve();

  /** If the frame is complete, waits for its turn. */
  async turnOf({ buffered, announced }: UnfinishedFrame): Promise<void> {
    if (buffered < HEADER_BYTES + announced) return;
    await (this.#last = this.#last.then(pollSockets));
  }
}

/** When this thread last slept to poll its sockets. */
let polledAt = 0;
/** The poll that clients wait for. */
let polling: Promise<void> | null = null;

/** Lets the event loop go round once, and poll the sockets if it has not for some time. */
function nextRound(): Promise<void> {
  if (performance.now() - polledAt > MAX_UNPOLLED_MS) return polling ??= pollSockets();
  return new Promise((resolve) => {
    // A global that the types of Deno 2.4 do not have.
    (globalThis as unknown as { setImmediate(run: () => void): void }).setImmediate(resolve);
  });
}

/** Lets the event loop sleep for a timer of a millisecond: it polls the sockets then. */
async function pollSockets(): Promise<void> {
  for (let attempt = 0; attempt < POLL_ATTEMPTS; attempt++) {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 0));
    // A late timer was due before the event loop could sleep: other clients had work to do.
    if (performance.now() - from < LATE_TIMER_MS) break;
  }
  polledAt = performance.now();
  polling = null;
}
