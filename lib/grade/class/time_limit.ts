/**
 * Runs work with a time limit.
 *
 * @module
 */
import { untilStopped } from "../sandbox/waiting.ts";

/** How long work may take to stop after its signal. */
const STOP_LIMIT_MS = 2_000;

/** Work that exceeded its time limit. */
export class TooLate extends Error {
  override name = "TooLate";
}

/**
 * Does some work, and stops it at its time limit or by a signal.
 *
 * @param work The work; its signal stops it.
 * @throws {TooLate} If the time limit is reached.
 * @throws The signal's reason, if that stops it.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const late = new AbortController();
  const limit = setTimeout(
    () => late.abort(new TooLate(`It is not done after ${Math.round(limitMs / 1000)} s`)),
    limitMs,
  );
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await untilStopped(work(either), either, STOP_LIMIT_MS);
  } catch (error) {
    either.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}
