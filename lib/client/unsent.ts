/**
 * Texts that the client does not send.
 *
 * @module
 */
import { isUtf8 } from "../wire/text.ts";
import type { ClientConfig } from "./config.ts";

/**
 * Why a text is not sent.
 *
 * @param config The limits of the client and its server.
 * @returns A message; empty for an empty text, since a length of 0 would end the conversation; null
 * if nothing is wrong with the text.
 */
export function whyUnsent(text: Uint8Array, config: ClientConfig): string | null {
  const maxBytes = Math.min(config.maxRequestBytes, config.server.maxRequestBytes);
  if (text.length === 0) return "";
  if (text.length > maxBytes) {
    return `Cannot send the text: it must be at most ${maxBytes} bytes; split it`;
  }
  return isUtf8(text) ? null : "Cannot send the text: it must be UTF-8; convert it first";
}
