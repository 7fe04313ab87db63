/**
 * What a client prints: wording and blanks may differ from the assignment's, the
 * texts that were sent and received must be there.
 *
 * @module
 */
import { Failed } from "./check.ts";
import type { Exchange } from "./exchanges.ts";
import { showText } from "./frames.ts";
import type { Program } from "./program.ts";
import { until } from "./waiting.ts";

/** For a program that has all it needs to say its last words. */
export const LAST_WORDS_MS = 1_000;
/** For a reply to be shown; what is printed to a pipe may be held back until the end. */
const SHOWN_LIMIT_MS = 2_000;

/** Waits until a client shows a reply; false if it does not, or holds it back. */
export async function saysReply(
  program: Program,
  reply: string,
): Promise<boolean> {
  const wanted = squeeze(reply);
  const shows = () => squeeze(program.stdout.text).includes(wanted);
  await until(() => shows() || program.over || undefined, SHOWN_LIMIT_MS);
  return shows();
}

/**
 * Types requests one after the other, each when the reply to the one before is
 * shown. A client that shows nothing may hold back what it prints to a pipe: its
 * input is ended then, and its end waited for.
 */
export async function converse(program: Program, exchanges: Exchange[]): Promise<void> {
  for (const { request, reply } of exchanges) {
    program.type(`${request}\n`);
    if (await saysReply(program, reply)) continue;
    program.endInput();
    await program.ended(SHOWN_LIMIT_MS);
    return;
  }
}

/** Fails unless a client's output has each text that was sent, and its reply after it. */
export function assertShows(program: Program, exchanges: Exchange[]): void {
  const printed = squeeze(program.stdout.text);
  for (const { request, reply } of exchanges) {
    const sent = printed.indexOf(squeeze(request));
    if (sent < 0) throw missing(program, "what it sent", request);
    if (printed.indexOf(squeeze(reply), sent) < 0) {
      throw missing(program, `the reply to ${showText(request)}`, reply);
    }
  }
}

function missing(program: Program, what: string, text: string): Failed {
  return new Failed(`${program.name} does not show ${what}`, {
    expected: `${showText(text)} in its output`,
    actual: showText(program.stdout.text),
  });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
