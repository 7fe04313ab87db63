/**
 * Bytes of a conversation as texts: plain, or disguised in one of the ways in
 * which students disguise them.
 *
 * @module
 */
import { lenientText, utf8Bytes } from "../../wire/text.ts";

const BASE64 = /[A-Za-z0-9+/]{2,}={0,2}/g;
/** Fewer bytes are alike under some mask by chance. */
const MIN_MASKED = 5;
const HEX = /(?:[0-9a-fA-F]{2}){4,}/g;

/** Bytes as text: no byte order marks, no padding. */
export function readable(bytes: Uint8Array): string {
  return lenientText(bytes.filter((byte) => byte !== 0));
}

/**
 * All that bytes may say, the plainest first: as they are, in base64, in hexadecimal,
 * and from where they say what is wanted under a mask, without it.
 *
 * @param unmasked Bytes that hold this text are under no mask: capital letters are small
 * ones under the mask 0x20.
 */
export function readings(bytes: Uint8Array, wanted: string, unmasked = ""): string[] {
  const plain = readable(bytes);
  const isPlain = unmasked !== "" && plain.includes(unmasked);
  const masked = isPlain ? undefined : unmask(bytes, utf8Bytes(wanted));
  return [
    plain,
    plain.replace(BASE64, (run) => {
      try {
        return lenientText(Uint8Array.from(atob(run), (char) => char.charCodeAt(0)));
      } catch {
        return run;
      }
    }),
    plain.replace(
      HEX,
      (run) => lenientText(Uint8Array.from(run.match(/../g)!, (byte) => parseInt(byte, 16))),
    ),
    ...masked === undefined ? [] : [lenientText(masked)],
  ];
}

/** Bytes from where some of them are those that are wanted, all changed by the same mask. */
function unmask(bytes: Uint8Array, wanted: Uint8Array): Uint8Array | undefined {
  if (wanted.length < MIN_MASKED) return undefined;
  for (let at = 0; at + wanted.length <= bytes.length; at++) {
    const mask = bytes[at] ^ wanted[0];
    if (mask !== 0 && wanted.every((byte, i) => (bytes[at + i] ^ mask) === byte)) {
      return bytes.subarray(at).map((byte) => byte ^ mask);
    }
  }
  return undefined;
}
