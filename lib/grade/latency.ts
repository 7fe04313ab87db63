/**
 * Waits that no program means to make: Nagle's algorithm and delayed
 * acknowledgements (RFC 896, RFC 1122 section 4.2.3.2).
 *
 * @module
 */
import { Failed } from "./check.ts";

/** An exchange on one machine takes less than 1 ms; twenty is for busy ones. */
const LIMIT_MS = 20;
/** Linux delays an acknowledgement by 40 ms; a busy machine adds to that. */
const DELAYED_ACK_MS = [35, 90];

/** The middle of some times: one disturbance does not move it. */
export function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

/**
 * Fails if a wait is too long, and names its cause where it is known by its length.
 *
 * @returns What was seen.
 */
export function tooSlow(milliseconds: number, what: string): string {
  const seen = `${milliseconds.toFixed(1)} ms ${what}`;
  if (milliseconds < LIMIT_MS) return seen;
  const [least, most] = DELAYED_ACK_MS;
  const delayed = milliseconds >= least && milliseconds <= most;
  throw new Failed(
    delayed ? "every exchange waits for a delayed acknowledgement" : "an exchange takes too long",
    {
      expected: `less than ${LIMIT_MS} ms`,
      actual: seen,
      ...delayed && {
        hint:
          "Length and text are sent apart: Nagle's algorithm holds the second back until the first is acknowledged, and the receiver delays acknowledgements by 40 ms. Send both in one write, or turn Nagle off (TCP_NODELAY).",
      },
    },
  );
}
