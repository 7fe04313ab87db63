#!/usr/bin/env -S deno run --allow-net --allow-sys=networkInterfaces
/**
 * client1: sends texts to server1 and shows their binary values.
 *
 * ```sh
 * deno run --allow-net --allow-sys=networkInterfaces client1.ts
 * ```
 *
 * @module
 */
import { MAX_BINARY_BYTES, MAX_TEXT_BYTES } from "./lib/wire/codec.ts";
import { runClient } from "./lib/client/program.ts";

/** Runs client1 and returns its exit code. */
export function main(args: string[]): Promise<number> {
  return runClient({
    name: "client1",
    summary: "client1 sends texts to server1 and shows their binary values.",
    interface: "lo",
    examples: [
      ["", "type texts; an empty line ends it"],
      ["comm comnet", "send these texts"],
      ["-q < words.txt", "replies alone, one a line"],
    ],
    typed: "a text", // "Type a text and press Enter; …"
    maxRequestBytes: MAX_TEXT_BYTES,
    maxReplyBytes: MAX_BINARY_BYTES,
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args)); // not if another file imports this one
