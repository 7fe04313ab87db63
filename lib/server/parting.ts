/**
 * How a client and its server part: the last word on the socket, and why the
 * client went, for the log.
 *
 * @module
 */
import { oneLine } from "../terminal/show.ts";
import { HEADER_BYTES } from "../wire/header.ts";
import type { UnfinishedFrame } from "./deadlines.ts";

/** Writes a last word, if any, and half-closes; whoever calls it goes on reading. */
export async function halfClose(conn: Deno.TcpConn, lastWord: Uint8Array | null): Promise<void> {
  const bytes = lastWord ?? new Uint8Array(0);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
  await conn.closeWrite();
}

/** Why a client that ended like this did not end well; null if it did. */
export function cutShort({ partial, announced }: UnfinishedFrame): string | null {
  if (partial === 0) return null;
  const where = announced < 0
    ? `a header, after ${partial} of ${HEADER_BYTES} bytes`
    : `a frame, after ${partial - HEADER_BYTES} of ${announced} bytes`;
  return `closed: the client ended inside ${where}`;
}

/** Why a client is closed whose socket, or whose answer, failed. */
export function whyFailed(error: unknown): string {
  const reset = error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected;
  return reset
    ? "closed: the client reset the connection"
    : `closed: something unforeseen happened: ${oneLine(error)}`;
}
