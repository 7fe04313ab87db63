/**
 * server1 for the fault tests. Its limits come from the environment as JSON
 * (`LIMITS='{"frameDeadlineMs":300}'`). Three texts make its answer fail: one throws an error, the
 * other two return a value, which the type forbids.
 *
 * @module
 */
import { answerBinary } from "../../lib/server/answers.ts";
import { MAX_TEXT_BYTES } from "../../lib/wire/codec.ts";
import { runServer } from "../../lib/server/program.ts";
import { decodeText, utf8Bytes } from "../../lib/wire/text.ts";
import { equals } from "@std/bytes";

/** The text that makes the answer throw an unexpected error. */
export const BOMB = "throw";
const bomb = utf8Bytes(BOMB);

/** Texts whose answer is returned instead of appended. */
const WRONG_ANSWERS: Record<string, () => unknown> = {
  return: () => "a reply",
  promise: () => Promise.reject(new Error("too late to be seen")),
};

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
        const own = WRONG_ANSWERS[decodeText(bytes.subarray(start, end)) ?? ""];
        if (own !== undefined) return own() as undefined;
        answerBinary(bytes, start, end, reply);
      },
    },
    Deno.args,
    JSON.parse(Deno.env.get("LIMITS") ?? "{}"),
  );
  Deno.exit(code);
}
