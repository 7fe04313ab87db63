/**
 * Experiments that show which program converts, without reading what passes on the wire: a
 * client meets the other pair's server, and a reply breaks off.
 *
 * @module
 */
import type { Experiments } from "./exchange.ts";
import type { Pair } from "./pair.ts";
import type { Server } from "./submitted_server.ts";

/** Makes the experiments, each with a server that is started for it. */
export async function experiment(pair: Pair, partner: Pair | undefined): Promise<Experiments> {
  const text = pair.texts.word(9);
  const ask = async (from: Server | undefined, manner: "as it is" | "cut") => {
    const server = await from?.another(pair.runner);
    if (!server) return undefined;
    const client = await pair.startClient(server.dial);
    client.line.manner = manner;
    const exchange = client.over ? undefined : await client.ask(text);
    await client.close();
    await server.close();
    return exchange;
  };
  const [exchanged, cut] = await Promise.all([
    ask(partner?.listening, "as it is"),
    ask(pair.listening, "cut"),
  ]);
  return { ...exchanged && { exchanged }, ...cut && { cut } };
}
