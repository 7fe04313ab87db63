/** The verdict on a client, from the record of what it sent and showed. */
import { assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/grade/ask/pair.ts";
import { clientVerdict } from "../../../lib/grade/judge/verdicts_client.ts";
import { conversionOf } from "../../../lib/grade/read/conversions.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const altered = "01101001 01101000";

/** A client whose server never replies; the stand-in's reply is a wrong answer. */
function pairThatShows(shown: string): Pair {
  const e = { text: "hi", typed: "hi", sent: bytes("hi"), received: bytes(""), shown, since: 0 };
  const replied = { received: bytes(altered), shown: `Server says: ${altered}`, answered: true };
  return {
    number: 1,
    conversion: conversionOf("binary"),
    clientProgram: {},
    greeting: "> ",
    exchanges: [{ ...e, answered: false, first: true, cutShort: false, run: 1 }],
    standInExchange: { ...e, ...replied, altered, alteredReply: bytes(altered) },
  } as unknown as Pair;
}

Deno.test("a client that shows what was typed in the place of an answer is wrong", () => {
  assertEquals(clientVerdict(pairThatShows("Server says: hi\n> ")).verdict, "wrong");
  assertEquals(clientVerdict(pairThatShows("You typed: hi\n> ")).verdict, "right");
});

Deno.test("a client that shows the rest of its own line behind a shorter answer is right in part", () => {
  const typed = "01101000 01101001";
  const exchange = (shown: string) => ({
    ...{ text: "hi", typed, sent: bytes(typed), received: bytes("hi\n"), shown, since: 0 },
    ...{ answered: true, first: true, cutShort: false, run: 1 },
  });
  const pair = (shown: string) => ({
    number: 2,
    conversion: conversionOf("text"),
    clientProgram: {},
    greeting: "> ",
    exchanges: [exchange(shown)],
  } as unknown as Pair);
  assertEquals(clientVerdict(pair(`Echo: hi\n${typed.slice(3)}\n> `)).verdict, "part");
  assertEquals(clientVerdict(pair(`Echo: hi\n${typed} was typed\n> `)).verdict, "right");
});
