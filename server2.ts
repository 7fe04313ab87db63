#!/usr/bin/env -S deno run --allow-net --allow-sys=networkInterfaces
/**
 * server2: answers binary digits with their text, on the interface eth1.
 *
 * ```sh
 * deno run --allow-net --allow-sys=networkInterfaces server2.ts
 * ```
 *
 * @module
 */
import { answerText } from "./lib/server/answers.ts";
import { MAX_BINARY_BYTES } from "./lib/wire/codec.ts";
import { runServer } from "./lib/server/program.ts";

/** Runs server2 and returns its exit code. */
export function main(args: string[]): Promise<number> {
  return runServer({
    module: import.meta.url, // with -M, each further thread runs this file
    name: "server2",
    summary: "server2 answers binary digits with their text: 01101000 01101001 -> hi.",
    interface: "eth1",
    examples: [
      ["", "serve one client on eth1, port 3000"],
      ["-I lo -M", "serve many, on the loopback interface"],
    ],
    maxRequestBytes: MAX_BINARY_BYTES,
    answer: answerText,
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args)); // not if another file imports this one
