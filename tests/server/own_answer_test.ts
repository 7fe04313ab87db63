/** An answer of one's own: the two usual mistakes, in the type check and at run time. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Answer } from "../../lib/server/service.ts";
import { run, startServer } from "../harness.ts";

// The type refuses both mistakes: without the error that each directive expects, the check fails.

// @ts-expect-error An answer appends its reply; it does not return it.
const returned: Answer = (bytes) => String(bytes.length);
// @ts-expect-error An answer is done when it returns: it cannot be async.
const promised: Answer = async (bytes, start, end, reply) => {
  await Promise.resolve();
  reply.append(bytes, start, end);
};
const appended: Answer = (bytes, start, end, reply) => reply.append(bytes, start, end);

Deno.test("the types of an answer are checked", () => {
  assertEquals([returned, promised, appended].length, 3);
});

for (
  const [text, said] of [
    ["return", /returned a string$/],
    ["promise", /returned a promise \(is it async\?\)$/],
  ] as const
) {
  Deno.test({
    name: `an answer that does not append but gives a ${text} fails loudly on both sides`,
    sanitizeOps: true,
    sanitizeResources: true,
    async fn() {
      const script = new URL("fault_server.ts", import.meta.url);
      await using server = await startServer("server1", ["-M", "-T", "1"], { script });
      const client = await run("client1", ["-p", `${server.port}`, text]);
      assertEquals(client.code, 1);
      assertMatch(client.stderr, /^Error: Cannot answer: the server's own code failed/);
      await server.stderr.match(/\n {2}at .*exchange\.ts:/);
      assertMatch(server.stderr.lines[0], /: closed: the answer to its request failed:$/);
      assertMatch(server.stderr.lines[1], said);
      await server.answers("hi", "01101000 01101001");
    },
  });
}
