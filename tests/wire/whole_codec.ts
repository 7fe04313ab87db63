/**
 * The codec on whole arrays, for tests and benchmarks.
 *
 * @module
 */
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendBinary, appendText } from "../../lib/wire/codec.ts";

/**
 * Encodes bytes as binary digits.
 *
 * @param text Any bytes.
 * @returns Eight ASCII digits for each byte, separated by one space.
 */
export function encodeBinary(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const reply = new ByteBuffer(9 * text.length);
  appendBinary(text, 0, text.length, reply);
  return reply.filled();
}

/**
 * Decodes binary digits.
 *
 * @param bits Groups of ASCII `0` and `1`, separated by any white space.
 * @returns The decoded bytes, which need not be UTF-8.
 * @throws {DigitsError} If a group has another character or another length.
 */
export function decodeBinary(bits: Uint8Array): Uint8Array<ArrayBuffer> {
  const reply = new ByteBuffer((bits.length >> 3) + 256);
  appendText(bits, 0, bits.length, reply);
  return reply.filled();
}
