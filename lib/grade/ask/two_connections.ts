/**
 * Two connections of the grader at once, to a server that has not answered its own client.
 *
 * @module
 */
import { stackTrace } from "../read/stack_traces.ts";
import { REPLAY_LIMIT_MS, SECOND_LIMIT_MS, STEP_MS } from "./limits.ts";
import type { Pair } from "./pair.ts";
import { ServerConnection } from "./replay.ts";
import type { TwoClients } from "./edge_cases.ts";

/** The outcome of two connections at once. */
export interface TwoConnections extends Omit<TwoClients, "client"> {
  /** Whether the server answers no client; then `firstServed` says that the first stays connected. */
  isSilent: boolean;
  /** The error with which the server ended at its first client. */
  trace?: string;
}

/**
 * Two connections at once, for a server whose client has no answer. They send the request that
 * the server answered, or else what its client has sent.
 */
export async function testTwoConnections(pair: Pair): Promise<TwoConnections | undefined> {
  const { listening: server, probe, exchanges } = pair;
  const sent = probe?.sent ?? exchanges.find(({ sent }) => sent.length > 0)?.sent;
  if (!server || !sent || !pair.clientProgram || exchanges.some(({ answered }) => answered)) {
    return undefined;
  }
  if (!await server.restart()) return undefined;
  const connect = () => ServerConnection.connect(server.dial);
  const ask = async (connection: ServerConnection, limitMs: number) => {
    const since = connection.received.length;
    if (!await connection.send(sent)) return false;
    if (probe?.ends) await connection.endStream();
    return (await connection.settle(since, limitMs)).length > 0;
  };
  const first = await connect();
  await first?.settle(0, STEP_MS);
  const wasOver = first?.closed ?? true;
  const second = await connect();
  await second?.settle(0, STEP_MS);
  const isAnswered = second !== undefined && await ask(second, SECOND_LIMIT_MS);
  const isCut = first?.closed ?? true;
  const outcome: TwoConnections = {
    isSilent: probe === undefined,
    second: isAnswered || !probe && !second?.closed
      ? "served"
      : second?.closed
      ? "refused"
      : "waits",
    firstServed: wasOver || !isCut && (!probe || await ask(first!, REPLAY_LIMIT_MS)),
    servedLater: false,
  };
  first?.close();
  second?.close();
  const { screen, exit } = server.running;
  const trace = wasOver ? stackTrace(screen, exit) : undefined;
  return trace === undefined ? outcome : { ...outcome, firstServed: false, trace };
}
