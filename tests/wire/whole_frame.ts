/**
 * A frame as a whole array, for tests and benchmarks.
 *
 * @module
 */
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendFrame } from "../../lib/wire/framing.ts";
import { HEADER_BYTES } from "../../lib/wire/header.ts";

/** A frame as bytes. */
export function encodeFrame(status: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(HEADER_BYTES + payload.length);
  appendFrame(out, status, payload);
  return out.filled();
}
