/**
 * How a connection ends: the last frame on the socket, and the reason for the log.
 *
 * @module
 */
import { oneLine } from "../terminal/show.ts";
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { appendFrame } from "../wire/framing.ts";
import { HEADER_BYTES, STATUS_ERROR } from "../wire/header.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { IncomingFrame } from "./deadlines.ts";

/** Writes the last frame, if any, and closes the sending side. The caller continues to read. */
export async function halfClose(conn: Deno.TcpConn, lastFrame: Uint8Array): Promise<void> {
  for (let sent = 0; sent < lastFrame.length;) sent += await conn.write(lastFrame.subarray(sent));
  await conn.closeWrite();
}

/** Sends an error frame and closes at once: delivery is not guaranteed. */
export function errorAndClose(conn: Deno.TcpConn, reason: string): void {
  const out = new ByteBuffer(HEADER_BYTES);
  appendFrame(out, STATUS_ERROR, utf8Bytes(reason));
  conn.write(out.filled()).catch(() => {}).finally(() => conn.close());
}

/** The log's sentence for an end of stream inside a frame; null if it was between frames. */
export function truncationReason({ buffered, announced }: IncomingFrame): string | null {
  if (buffered === 0) return null;
  const where = announced < 0
    ? `a header, after ${buffered} of ${HEADER_BYTES} bytes`
    : `a frame, after ${buffered - HEADER_BYTES} of ${announced} bytes`;
  return `closed: the client ended inside ${where}`;
}

/** The log's sentence for a failed socket, or a failed answer. */
export function failureReason(error: unknown): string {
  const reset = error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected;
  return reset
    ? "closed: the client reset the connection"
    : `closed: an unexpected error: ${oneLine(error)}`;
}
