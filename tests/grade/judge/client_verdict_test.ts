/** The verdict on a client, from the record of what it sent and showed. */
import { assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/grade/ask/pair.ts";
import { clientVerdict } from "../../../lib/grade/judge/verdicts_conversion.ts";
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
