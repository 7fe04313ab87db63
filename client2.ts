#!/usr/bin/env -S deno run --allow-net --allow-sys=networkInterfaces
/**
 * client2: sends binary digits to server2 and shows their text.
 *
 * ```sh
 * deno run --allow-net --allow-sys=networkInterfaces client2.ts
 * ```
 *
 * @module
 */
import { MAX_BINARY_BYTES } from "./lib/wire/codec.ts";
import { runClient } from "./lib/client/program.ts";

/** Runs client2 and returns its exit code. */
export function main(args: string[]): Promise<number> {
  return runClient({
    name: "client2",
    summary: "client2 sends binary digits to server2 and shows their text.",
    interface: "eth1",
    examples: [
      ["", "type digits; an empty line ends it"],
      ['"01101000 01101001"', "send these digits"],
      ["-q < digits.txt", "replies alone, one a line"],
    ],
    typed: "a text's binary digits",
    maxRequestBytes: MAX_BINARY_BYTES,
    maxReplyBytes: (MAX_BINARY_BYTES + 1) / 2, // a digit and a space for each byte
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args)); // not if another file imports this one
