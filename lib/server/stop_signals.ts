/**
 * The signals that stop a server.
 *
 * @module
 */
import { isRunByTask } from "../cli/program.ts";

/** A second signal this soon after the first one is not counted: `deno task` sends one Ctrl+C twice. */
const SAME_SIGNAL_MS = 50;
/** A busy server or machine sees the copy that `deno task` sends later, but within this time. */
const LATE_COPY_MS = 1_000;

/** Tells the second signal of a person from the copy of the first one that `deno task` sends. */
export class StopSignals {
  #runByTask: boolean;
  #count = 0;
  #firstAt = 0;

  /** Signals of a program; `runByTask`: whether `deno task` runs it. */
  constructor(runByTask: boolean) {
    this.#runByTask = runByTask;
  }

  /** Counts a signal that the program sees at `now`, in milliseconds. */
  add(now: number): "first" | "copy" | "second" {
    if (++this.#count === 1) {
      this.#firstAt = now;
      return "first";
    }
    const after = now - this.#firstAt;
    if (after < SAME_SIGNAL_MS) return "copy";
    // The third signal of a task is never the copy: it is the second Ctrl+C.
    return this.#runByTask && this.#count === 2 && after < LATE_COPY_MS ? "copy" : "second";
  }
}

/**
 * Listens for SIGINT and SIGTERM. From now on they no longer end the program by themselves.
 *
 * @returns A promise for the first signal, and one for the next.
 */
export function onStopSignals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const signals = new StopSignals(isRunByTask());
  const onSignal = () => {
    const which = signals.add(performance.now());
    if (which === "first") first.resolve();
    if (which === "second") second.resolve();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    try {
      Deno.addSignalListener(signal, onSignal);
    } catch {
      // Windows before Deno 2.8 has no SIGTERM to listen for.
    }
  }
  return { first: first.promise, second: second.promise };
}
