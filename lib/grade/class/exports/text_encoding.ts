/**
 * Text files that are changed in place: decoded, and encoded as they were.
 *
 * @module
 */
import { utf8Bytes } from "../../../wire/text.ts";

/** A decoded file, and how to encode it again. */
export interface EncodedText {
  /** The text, with its byte order mark if it has one. */
  text: string;
  /** Encodes a text as the file was. */
  encode(text: string): Uint8Array<ArrayBuffer>;
}

/** Decodes UTF-8, UTF-16 with a byte order mark, or a character for each byte. */
export function decodeFile(bytes: Uint8Array<ArrayBuffer>): EncodedText {
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isBigEndian || (bytes[0] === 0xff && bytes[1] === 0xfe)) {
    const encoding = isBigEndian ? "utf-16be" : "utf-16le";
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    return { text, encode: (text) => encodeUtf16(text, isBigEndian) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: utf8Bytes };
  } catch {
    return {
      text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
      encode: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
    };
  }
}

function encodeUtf16(text: string, isBigEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(i * 2, text.charCodeAt(i), !isBigEndian);
  }
  return bytes;
}
