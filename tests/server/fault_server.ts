/**
 * server1 for the fault tests: its bounds come from the environment as JSON
 * (`LIMITS='{"frameDeadlineMs":300}'`), and one text makes its answer throw.
 *
 * @module
 */
import { answerBinary } from "../../lib/server/answers.ts";
import { MAX_TEXT_BYTES } from "../../lib/wire/codec.ts";
import { runServer } from "../../lib/server/program.ts";
import { utf8Bytes } from "../../lib/wire/text.ts";
import { equals } from "@std/bytes";

/** The text that makes the answer throw what no answer should. */
export const BOMB = "throw";
const bomb = utf8Bytes(BOMB);

if (import.meta.main) {
  const code = await runServer(
    {
      module: import.meta.url,
      name: "server1",
      summary: "server1 for the fault tests.",
      interface: "lo",
      examples: [],
      maxRequestBytes: MAX_TEXT_BYTES,
      answer(bytes, start, end, reply) {
        if (equals(bytes.subarray(start, end), bomb)) {
          throw new TypeError("injected\n    at the test's wish");
        }
        answerBinary(bytes, start, end, reply);
      },
    },
    Deno.args,
    JSON.parse(Deno.env.get("LIMITS") ?? "{}"),
  );
  Deno.exit(code);
}
