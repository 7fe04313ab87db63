/** A server that answers its first text late. */
import { assertEquals } from "@std/assert";
import type { Exchange } from "../../../lib/grade/ask/exchange.ts";
import { withSlowReply } from "../../../lib/grade/ask/slow_reply.ts";
import type { SubmittedClient } from "../../../lib/grade/ask/submitted_client.ts";
import type { SubmittedServer } from "../../../lib/grade/ask/submitted_server.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const LATE_MS = 200;

/** A client whose server replies after a while, or never; nothing else happens. */
function clientWith(reply: string | undefined): SubmittedClient {
  const proxy = {
    passed: [{ what: "request", bytes: bytes("hi"), at: 0 }],
    lastAt: 0,
    holding: 0,
    bytes: () => bytes(proxy.passed.slice(1).map(() => reply).join("")),
  };
  const running = { screen: "", lastOutputAt: 0 };
  const client = { proxy, running, hasEnded: false, pids: [], patienceMs: 0 };
  setTimeout(() => {
    if (reply === undefined) return void (client.hasEnded = true);
    proxy.lastAt = performance.now();
    proxy.passed.push({ what: "reply", bytes: bytes(reply), at: proxy.lastAt });
    running.lastOutputAt = proxy.lastAt + 1;
    running.screen = `${reply}\n`;
  }, LATE_MS);
  return client as unknown as SubmittedClient;
}

const silent = { sent: bytes("hi"), received: bytes(""), shown: "", answered: false, since: 0 };

Deno.test("withSlowReply() waits for a late first reply, and then gives the server more time", async () => {
  const server = { patienceMs: 0 } as SubmittedServer;
  const e = await withSlowReply(server, clientWith("01101000"), silent as unknown as Exchange);
  assertEquals([e.answered, e.shown], [true, "01101000\n"]);
  assertEquals(e.received, bytes("01101000"));
  assertEquals(server.patienceMs > 0, true);
});

Deno.test("withSlowReply() ends its wait with the client", async () => {
  const server = { patienceMs: 0 } as SubmittedServer;
  const e = await withSlowReply(server, clientWith(undefined), silent as unknown as Exchange);
  assertEquals([e.answered, server.patienceMs], [false, 0]);
});
