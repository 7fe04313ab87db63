/**
 * A server that answers late: the wait for its first reply.
 *
 * @module
 */
import { untilIdle } from "../sandbox/idle_clock.ts";
import type { Exchange } from "./exchange.ts";
import { EXCHANGE_LIMIT_MS, SLOW_REPLY_MS } from "./limits.ts";
import { settle } from "./settling.ts";
import type { SubmittedClient } from "./submitted_client.ts";
import type { SubmittedServer } from "./submitted_server.ts";

/** Waits for a late reply to the first text: then all waits for this server get longer. */
export async function withSlowReply(
  server: SubmittedServer,
  client: SubmittedClient,
  exchange: Exchange,
): Promise<Exchange> {
  const { proxy, running } = client;
  const isSent = exchange.sent.length > 0 && !exchange.answered;
  const reply = () => proxy.bytes("reply", exchange.since);
  const seen = () => reply().length > 0 || client.hasEnded || undefined;
  const { length } = running.screen;
  if (isSent) await untilIdle(() => client.pids, seen, SLOW_REPLY_MS);
  if (!isSent || reply().length === 0) return exchange;
  server.patienceMs = SLOW_REPLY_MS;
  await settle(client, { passed: exchange.since, screen: length }, EXCHANGE_LIMIT_MS);
  const shown = exchange.shown + running.screen.slice(length);
  return { ...exchange, received: reply(), shown, answered: true };
}
