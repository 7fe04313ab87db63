/** Verdicts on a server, and on a client without a server, from the record of exchanges. */
import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import type { Pair } from "../../../lib/grade/ask/pair.ts";
import { sentInFrames } from "../../../lib/grade/judge/exchange_judgement.ts";
import {
  type PairOutcome,
  wrongAddressVerdict,
} from "../../../lib/grade/judge/verdicts_edge_cases.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const frame = (text: string) => concat([Uint8Array.of(text.length), bytes(text)]);
const reply = (text: string) => concat([Uint8Array.of(text.length, 0), bytes(text)]);

Deno.test("sentInFrames() is true if each part of a split text has a reply of its own", () => {
  const typed = "01101000 01101001";
  const parts = [frame(typed.slice(0, 12)), frame(typed.slice(12))];
  const exchange = (sent: Uint8Array, received: Uint8Array) => ({
    ...{ text: "hi", typed, sent, received, shown: "", since: 0, answered: true },
    ...{ first: true, cutShort: false, serverClosed: false, run: 1 },
  } as Parameters<typeof sentInFrames>[0]);
  const split = concat(parts);
  assertEquals(sentInFrames(exchange(split, concat([reply("h`"), reply("\x48")]))), true);
  // One reply to both frames: the server put the text together, so its answer counts.
  assertEquals(sentInFrames(exchange(split, reply("h`H"))), false);
  assertEquals(sentInFrames(exchange(frame(typed), reply("hi"))), false);
  assertEquals(sentInFrames(exchange(bytes(typed), bytes("hi"))), false);
});

Deno.test("a client that shows only its prompt and what was typed does not say why it ends", () => {
  const verdict = (shown: string) =>
    wrongAddressVerdict([{
      pair: { number: 1, greeting: "text > " } as unknown as Pair,
      noServer: { ended: true, shown, typed: "hello", answered: false, isBack: false },
    } as unknown as PairOutcome]).verdict;
  assertEquals(verdict("text > hello\n"), "part");
  assertEquals(verdict("text > hello\nConnection refused\n"), "right");
});
