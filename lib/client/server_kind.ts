/**
 * The kinds of server: ours, and the original lab's, which has another header and takes one
 * request at a time.
 *
 * @module
 */
import { type HeaderFormat, LAB_HEADER } from "../wire/header.ts";
import {
  looksOriginal,
  MAX_ORIGINAL_PAYLOAD_BYTES,
  ORIGINAL_HEADER,
} from "../wire/original_header.ts";

/** Bytes of a reply for each byte of text: eight digits and a space. */
const REPLY_BYTES_PER_BYTE = 9;
/** Requests in flight, in bytes: enough to keep client and server busy. */
const IN_FLIGHT_BYTES = 262_144;
const SPACE = 0x20;

/** The differences between kinds of server. */
export interface ServerKind {
  /** The header of its replies. */
  header: HeaderFormat;
  /** The largest request that it takes, in bytes. */
  maxRequestBytes: number;
  /** The most requests in flight, in bytes; one request is always allowed. */
  maxInFlightBytes: number;
  /** Where the text of a reply `bytes[start]` to `bytes[end - 1]` ends. */
  textEnd(bytes: Uint8Array, start: number, end: number): number;
  /** The advice if the server is of another kind, for the end of an error text. */
  advice: string;
  /**
   * The message for a reply that shows another kind of server; null for other replies.
   *
   * @param reply The reply's bytes so far, header first.
   * @param requestBytes The length of its request.
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
    looksOriginal(reply, REPLY_BYTES_PER_BYTE * requestBytes)
      ? "Cannot understand the server: its header has the length byte-swapped (hi lo 00 00), " +
        "as the original lab's servers send it; try again with --legacy-server"
      : null,
};

/** One of the original lab's servers. */
export const ORIGINAL_SERVER: ServerKind = {
  header: ORIGINAL_HEADER,
  maxRequestBytes: Math.floor(MAX_ORIGINAL_PAYLOAD_BYTES / REPLY_BYTES_PER_BYTE),
  maxInFlightBytes: 1, // it treats the bytes of one read as one message: send one at a time
  textEnd: (bytes, start, end) =>
    // the original server1 ends its digits with a space
    start < end && bytes[end - 1] === SPACE ? end - 1 : end,
  advice: "; try without --legacy-server",
  mistaken: () => null,
};
