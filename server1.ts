#!/usr/bin/env -S deno run --allow-net --allow-sys=networkInterfaces
/**
 * server1: answers each text with its binary value, on the loopback interface.
 *
 * ```sh
 * deno run --allow-net --allow-sys=networkInterfaces server1.ts
 * ```
 *
 * @module
 */
import { answerBinary } from "./lib/server/answers.ts";
import { MAX_TEXT_BYTES } from "./lib/wire/codec.ts";
import { runServer } from "./lib/server/program.ts";

/** Runs server1 and returns its exit code. */
export function main(args: string[]): Promise<number> {
  return runServer({
    module: import.meta.url, // with -M, each further thread runs this file
    name: "server1",
    summary: "server1 answers each text with its binary value: hi -> 01101000 01101001.",
    interface: "lo",
    examples: [
      ["", "serve one client on port 3000"],
      ["-M -p 4000", "serve many, on port 4000"],
    ],
    maxRequestBytes: MAX_TEXT_BYTES,
    answer: answerBinary,
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args)); // not if another file imports this one
