/**
 * How a client and its server part: the last word on the socket, and why the
 * client went, for the log.
 *
 * @module
 */
import { oneLine } from "../terminal/show.ts";
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { appendFrame } from "../wire/framing.ts";
import { HEADER_BYTES, STATUS_ERROR } from "../wire/header.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { UnfinishedFrame } from "./deadlines.ts";

/** Writes a last word, which may be empty, and half-closes; whoever calls it goes on reading. */
export async function halfClose(conn: Deno.TcpConn, lastWord: Uint8Array): Promise<void> {
  for (let sent = 0; sent < lastWord.length;) sent += await conn.write(lastWord.subarray(sent));
  await conn.closeWrite();
}

/** Tells a client why it is not served, and closes at once: delivery is not guaranteed. */
export function tellAndClose(conn: Deno.TcpConn, reason: string): void {
  const out = new ByteBuffer(HEADER_BYTES);
  appendFrame(out, STATUS_ERROR, utf8Bytes(reason));
  conn.write(out.filled()).catch(() => {}).finally(() => conn.close());
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
