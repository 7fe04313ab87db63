/** A server without a client is asked with the usual frames. */
import { assertEquals } from "@std/assert";
import { probeServer } from "../../../lib/grade/ask/replay.ts";
import type { SubmittedServer } from "../../../lib/grade/ask/submitted_server.ts";
import { conversionOf, digitsOf } from "../../../lib/grade/read/conversions.ts";

Deno.test("probeServer() keeps the answer of a server that converts the line's end too", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const conn of listener) {
      // As fgets() does: a line ends with its line end, or with the stream.
      const buffer = new Uint8Array(1024);
      let line = "";
      while (!line.endsWith("\n")) {
        const length = await conn.read(buffer).catch(() => null);
        if (length === null) break;
        line += new TextDecoder().decode(buffer.subarray(0, length));
      }
      await conn.write(new TextEncoder().encode(digitsOf(line))).catch(() => {});
      conn.close();
    }
  };
  const served = serve();
  const { port } = listener.addr as Deno.NetAddr;
  const server = {
    ensureListening: () => Promise.resolve(true),
    alive: false,
    dial: () => Deno.connect({ hostname: "127.0.0.1", port }),
  } as unknown as SubmittedServer;
  const probe = await probeServer(server, conversionOf("binary"), "hi");
  assertEquals(new TextDecoder().decode(probe?.received), digitsOf("hi\n"));
  listener.close();
  await served.catch(() => {});
});
