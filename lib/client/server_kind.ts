/**
 * The kinds of server that a client can talk to: one of ours, or one of the
 * original lab's, which has another header and takes one request at a time.
 *
 * @module
 */
import { type HeaderFormat, LAB_HEADER } from "../wire/header.ts";
import {
  looksOriginal,
  MAX_ORIGINAL_PAYLOAD_BYTES,
  ORIGINAL_HEADER,
} from "../wire/original_header.ts";

/** The original's replies have nine bytes for each of the text. */
const DIGITS_PER_BYTE = 9;
/** Requests that may be in flight, in bytes: enough to keep both ends busy. */
const IN_FLIGHT_BYTES = 262_144;
const SPACE = 0x20;

/** What a client has to know of a server. */
export interface ServerKind {
  /** How the headers of its replies are read. */
  header: HeaderFormat;
  /** The largest request that it takes, in bytes, whatever the client's own limit. */
  maxRequestBytes: number;
  /** Requests that may be in flight, in bytes, and always one. */
  maxInFlightBytes: number;
  /** Where the text of a reply `bytes[start]` to `bytes[end - 1]` ends. */
  textEnd(bytes: Uint8Array, start: number, end: number): number;
  /** What to try if it turns out to be another kind, as half a sentence. */
  advice: string;
  /**
   * What is wrong if a reply, whole or not, shows that the server is another
   * kind, as a sentence; else null.
   *
   * @param reply What has come of it, header first.
   * @param requestBytes The length of what was asked.
   */
  mistaken(reply: Uint8Array, requestBytes: number): string | null;
}

/** One of our servers. */
export const LAB_SERVER: ServerKind = {
  header: LAB_HEADER,
  maxRequestBytes: Infinity,
  maxInFlightBytes: IN_FLIGHT_BYTES,
  textEnd: (_bytes, _start, end) => end,
  advice: "",
  mistaken: (reply, requestBytes) =>
    looksOriginal(reply, DIGITS_PER_BYTE * requestBytes)
      ? "Cannot understand the server: its header has the length byte-swapped (hi lo 00 00), " +
        "as the original lab's servers send it; try again with --legacy-server"
      : null,
};

/** One of the original lab's servers. */
export const ORIGINAL_SERVER: ServerKind = {
  header: ORIGINAL_HEADER,
  maxRequestBytes: Math.floor(MAX_ORIGINAL_PAYLOAD_BYTES / DIGITS_PER_BYTE),
  maxInFlightBytes: 1, // it takes what one read brings for one message: never send it two
  textEnd: (bytes, start, end) =>
    // its server1 ends the digits with a space
    start < end && bytes[end - 1] === SPACE ? end - 1 : end,
  advice: "; try without --legacy-server",
  mistaken: () => null,
};
