/**
 * The trace of frames: each header and payload, byte by byte.
 *
 * @module
 */
import { HEADER_BYTES, type HeaderFormat, LAB_HEADER, STATUS_ERROR } from "../wire/header.ts";
import type { Output } from "./output.ts";
import { hex, showAddress } from "./show.ts";

/** The direction of a frame. */
export type Direction = "received" | "sent";

const SHOWN_BYTES = 64;
const ROW_BYTES = 16;

/**
 * Shows the frames of one program on stderr.
 *
 * @example
 * ```ts
 * import { BlockingOutput } from "./blocking_output.ts";
 *
 * const trace = new Trace(new BlockingOutput(Deno.stderr));
 * const peer: Deno.NetAddr = { transport: "tcp", hostname: "127.0.0.1", port: 3000 };
 * const frame = Uint8Array.of(0, 0, 0, 2, 0x68, 0x69); // "hi"
 * trace.frame("received", peer, frame, 0, frame.length);
 * ```
 */
export class Trace {
  #out: Output;
  #header: HeaderFormat;

  /** A trace whose lines go to `out`; `header` is the format of the frames. */
  constructor(out: Output, header: HeaderFormat = LAB_HEADER) {
    this.#out = out;
    this.#header = header;
  }

  /** Shows that a connection is closed. */
  closed(peer: Deno.NetAddr): void {
    this.#out.line(`--- ${showAddress(peer)}  closed`);
  }

  /**
   * Shows one frame.
   *
   * ```text
   * <-- ('127.0.0.1', 42506)  00 00 00 02  message, length 2
   *     00  68 69                                            hi
   * ```
   *
   * @param direction Whether this program received or sent it.
   * @param bytes The frame with its header is `bytes[start]` to `bytes[end - 1]`.
   */
  frame(
    direction: Direction,
    peer: Deno.NetAddr,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const out = this.#out;
    const header = bytes.subarray(start, start + HEADER_BYTES);
    const payload = bytes.subarray(start + HEADER_BYTES, end);
    const kind = this.#header.status(bytes, start) === STATUS_ERROR
      ? out.paint("red", "error")
      : payload.length === 0
      ? "goodbye or empty message"
      : "message";
    out.line(
      `${direction === "received" ? "<--" : "-->"} ${showAddress(peer)}  ` +
        `${out.paint("cyan", hexRow(header))}  ${kind}, length ${payload.length}`,
    );
    for (let at = 0; at < payload.length && at < SHOWN_BYTES; at += ROW_BYTES) {
      const row = payload.subarray(at, at + ROW_BYTES);
      const shown = hexRow(row).padEnd(3 * ROW_BYTES - 1);
      out.line(`    ${out.paint("dim", hex(at))}  ${shown}  ${ascii(row)}`);
    }
    if (payload.length > SHOWN_BYTES) {
      out.line(out.paint("dim", `    … ${payload.length - SHOWN_BYTES} more bytes`));
    }
  }
}

function hexRow(bytes: Uint8Array): string {
  return Array.from(bytes, hex).join(" ");
}

function ascii(bytes: Uint8Array): string {
  return Array.from(
    bytes,
    (b) => b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : ".",
  ).join("");
}
