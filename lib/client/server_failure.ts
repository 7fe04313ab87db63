/**
 * Failures that end a conversation: the server closed the connection, or broke the protocol.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { oneLine, quote } from "../terminal/show.ts";

const MAX_SENTENCE_CHARS = 1024;

/** The text of an error frame, escaped and at most 1,024 characters. */
export function sentenceOf(payload: Uint8Array): string {
  return quote(payload, MAX_SENTENCE_CHARS).slice(1, -1);
}

/** The failure for a server that closed the connection after an error frame. */
export function endedByServer(payload: Uint8Array): Failure {
  return new Failure(`The server ended the session: ${sentenceOf(payload)}`);
}

/** The failure for bytes that no server of this lab sends. */
export function protocolFailure(client: string, what: string, advice: string): Failure {
  return new Failure(
    `Cannot understand the server: ${what}${advice}; does ${
      client.replace("client", "server")
    } listen there?`,
  );
}

/**
 * The failure for a server that closed or reset the connection.
 *
 * @param how What it did: `closed the connection`.
 * @param missing How many replies are missing.
 * @param inReply Whether one of them has begun.
 * @param lastWasError Whether its last reply was an error, which may be the reason.
 * @param cause The error of the read, if it failed.
 *
 * @example
 * ```ts
 * const state = { missing: 1, inReply: false, lastWasError: false };
 * throw lostServer("closed the connection", state); // … before it had answered (1 reply is missing) …
 * ```
 */
export function lostServer(
  how: string,
  { missing, inReply, lastWasError }: { missing: number; inReply: boolean; lastWasError: boolean },
  cause?: unknown,
): Failure {
  if (lastWasError && missing > 0 && !inReply) {
    return new Failure("The server ended the session, for the reason above", undefined, { cause });
  }
  const replies = missing === 1 ? "reply is" : "replies are";
  const when = inReply
    ? " in the middle of a reply"
    : missing > 0
    ? ` before it had answered (${missing} ${replies} missing)`
    : "";
  const usual = cause === undefined || cause instanceof Deno.errors.ConnectionReset;
  return new Failure(
    `Cannot go on: the server ${how}${when}${usual ? "" : `: ${oneLine(cause)}`}; ` +
      `if the server has ended, start it again (without --multi-threaded it serves one client)`,
    undefined,
    { cause },
  );
}
