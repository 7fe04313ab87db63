/**
 * Experiments that show which program converts where the bytes cannot be read: a client connects
 * to the other pair's server, and a reply breaks off.
 *
 * @module
 */
import type { Experiments } from "./exchange.ts";
import type { Pair } from "./pair.ts";
import type { SubmittedServer } from "./submitted_server.ts";

/** Makes the experiments, each with a new server. */
export async function experiment(pair: Pair, partner: Pair | undefined): Promise<Experiments> {
  const text = pair.texts.word(9);
  const ask = async (from: SubmittedServer | undefined, manner: "as it is" | "cut") => {
    const server = await from?.startCopy(pair.runner);
    if (!server) return undefined;
    const client = await pair.startClient(server.dial);
    client.proxy.manner = manner;
    const exchange = client.hasEnded ? undefined : await client.ask(text);
    await client.close();
    await server.close();
    return exchange;
  };
  const [withOtherServer, withCutReply] = await Promise.all([
    ask(partner?.listening, "as it is"),
    ask(pair.listening, "cut"),
  ]);
  return { ...withOtherServer && { withOtherServer }, ...withCutReply && { withCutReply } };
}
