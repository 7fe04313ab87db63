/**
 * The clients' craft: what no question asks, and every client should do.
 *
 * @module
 */
import { type Check, Failed } from "./check.ts";
import { assertSent } from "./checks_clients.ts";
import {
  BEYOND_ASCII,
  EXAMPLE,
  type Exchange,
  LONG_TEXT,
  type Pair,
  PAIRS,
  randomText,
} from "./exchanges.ts";
import { showText } from "./frames.ts";
import type { HonestServer, Manner } from "./honest_server.ts";
import type { Lab } from "./lab.ts";
import { median, tooSlow } from "./latency.ts";
import { showExit } from "./program.ts";
import { assertShows, converse } from "./transcripts.ts";

const GONE_LIMIT_MS = 2_000;
const TIMED_LINES = 12;

function craft({ client, about }: Pair): Check[] {
  const common = { program: client, needs: `3-${client}-connects` };
  const name = (what: string) => `craft-${client}-${what}`;
  /** Lets the client have these exchanges and fails unless it shows them. */
  const play = async (
    lab: Lab,
    exchanges: Exchange[],
    manner: Partial<Manner> = {},
  ): Promise<HonestServer> => {
    const replies = exchanges.map(({ reply }) => reply);
    const server = lab.honestServer(client, {
      answer: () => replies.shift() ?? "",
      ...manner,
    });
    const program = lab.client(client, server.port);
    await converse(program, exchanges);
    for (const [i, exchange] of exchanges.entries()) {
      assertSent(client, exchange.request, server.requests[i]);
      assertShows(program, [exchange]);
    }
    return server;
  };
  return [
    {
      ...common,
      id: name("beyond-ascii"),
      description: `${client} handles text beyond ASCII as UTF-8`,
      hint:
        "The length counts bytes, not characters: encode the text as UTF-8 first, then take its length.",
      run: async (lab) => {
        await play(lab, [about(BEYOND_ASCII), about("abc")]);
        return `${showText(BEYOND_ASCII)}, its length in bytes`;
      },
    },
    {
      ...common,
      id: name("reply-in-pieces"),
      description: `${client} puts a reply together that comes in pieces`,
      hint:
        "One read may bring any part of a reply: read on until as many bytes are there as its length says.",
      run: async (lab) => {
        await play(lab, [about(EXAMPLE), about(randomText())], {
          pieces: (reply) => [
            reply.subarray(0, 1),
            reply.subarray(1, 6),
            reply.subarray(6, -1),
            reply.subarray(-1),
          ],
        });
        return "a length in two pieces, a text in three";
      },
    },
    {
      ...common,
      id: name("100000-letters"),
      description: `${client} handles an exchange about ${LONG_TEXT.length} letters`,
      hint: "A long message goes in many pieces and comes in many: use sendall, loop over recv.",
      run: async (lab) => {
        const exchange = about(LONG_TEXT);
        await play(lab, [exchange]);
        return `${exchange.request.length} bytes sent, ${exchange.reply.length} received`;
      },
    },
    {
      ...common,
      id: name("server-goes"),
      description: `${client} says so when its server goes in the middle of a reply`,
      hint:
        "Reading gives no bytes at the end of a stream: say in one line that the server has gone, exit with 1.",
      run: async (lab) => {
        const { request, reply } = about(EXAMPLE);
        const server = lab.honestServer(client, {
          answer: () => reply,
          pieces: (bytes) => [bytes.subarray(0, 6)],
          hangsUp: true,
        });
        const program = lab.client(client, server.port);
        program.type(`${request}\n`);
        const exit = await program.ended(GONE_LIMIT_MS);
        const { trace } = program;
        if (exit && exit.code !== 0 && trace === undefined) {
          return `it ${showExit(exit)}: ${showText(program.stderr.text.trim())}`;
        }
        throw new Failed(`${client} does not say that its server has gone`, {
          expected: "one line, and an exit code that is not 0",
          actual: trace ??
            (exit ? `it ${showExit(exit)}` : `it still runs after ${GONE_LIMIT_MS / 1000} s`),
        });
      },
    },
    {
      ...common,
      id: name("latency"),
      description: `${client} sends a message within 20 ms`,
      hint: "Find out what the client waits for.",
      alone: true,
      run: async (lab) => {
        const exchanges = Array.from(
          { length: TIMED_LINES },
          () => about(randomText()),
        );
        const { requests } = await play(lab, exchanges);
        const gaps = requests.map(({ gapMs }) => gapMs);
        return tooSlow(median(gaps), "from a length to the end of its text");
      },
    },
  ];
}

/** The clients' craft. */
export const CLIENT_CRAFT: Check[] = PAIRS.flatMap(craft);
