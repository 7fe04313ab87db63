/**
 * Fairness among the clients of a thread. A read or write that completes at once never yields to
 * other tasks, so a busy client must yield by itself. A cost is an amount of work: its unit is the
 * work for one byte of a usual request.
 *
 * @module
 */

import { HEADER_BYTES } from "../wire/header.ts";
import type { IncomingFrame } from "./deadlines.ts";

/** The cost of one frame besides its bytes. */
export const FRAME_COST = 64;
/** The further cost of a wrong request: its error takes up to 0.1 ms. */
export const ERROR_COST = 16_384;
/** After reads, replies and frames of this cost, a client yields. */
const MAX_COST = 262_144;
/**
 * The event loop runs in rounds: it runs the tasks that are ready, and then asks the kernel which
 * sockets have bytes (it polls them). If no task is ready, it sleeps in the poll. If tasks are always
 * ready, Deno polls only once in about sixty rounds. Therefore all busy clients of a thread wait for
 * one timer this often: the loop sleeps until the timer, and polls.
 */
const MAX_UNPOLLED_MS = 50;
/** `setTimeout(…, 0)` takes a millisecond. If it takes longer, tasks were ready: the loop did not sleep. */
const LATE_TIMER_MS = 3;
const POLL_ATTEMPTS = 3;
/** Before a frame with more bytes than this is answered, other clients' sockets are polled. */
export const LARGE_BYTES = MAX_COST;

/** One client's turn on its thread. */
export class FairTurn {
  #cost = 0;

  /** Counts work for the client. */
  add(cost: number): void {
    this.#cost += cost;
  }

  /** Whether the client must yield. */
  get over(): boolean {
    return this.#cost > MAX_COST;
  }

  /** Lets other tasks run, and begins a new turn. */
  yield(): Promise<void> {
    this.#cost = 0;
    return nextRound();
  }
}

/** The large frames of a thread: between two of them, other clients' sockets are polled. */
export class LargeFrames {
  #last = Promise.resolve();

  /** If the frame is complete, waits until the sockets were polled after the frame before it. */
  async beforeAnswer({ buffered, announced }: IncomingFrame): Promise<void> {
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

/** Lets the event loop sleep until a timer: it polls the sockets then. */
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
