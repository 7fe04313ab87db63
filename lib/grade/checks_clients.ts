/**
 * Question 3: the two clients, each with a right server in the grader and with
 * ours.
 *
 * @module
 */
import { type Check, Failed } from "./check.ts";
import { EXAMPLE, type Pair, PAIRS, randomText } from "./exchanges.ts";
import { showBytes, showText } from "./frames.ts";
import type { Request } from "./honest_server.ts";
import { assertShows, converse } from "./transcripts.ts";
import { until } from "./waiting.ts";

const CONNECT_LIMIT_MS = 8_000;

function clientChecks(pair: Pair): Check[] {
  const { client, server: serverName, about } = pair;
  const needs = `3-${client}-connects`;
  const twoExchanges = () => [about(EXAMPLE), about(randomText())];
  return [
    {
      id: needs,
      program: client,
      description: `${client} connects and sends what is typed`,
      hint:
        "Connect to the interface's address and the port given, read a line, send its length in 4 bytes (big-endian), then its bytes.",
      run: async (lab) => {
        const { request, reply } = about(EXAMPLE);
        const server = lab.honestServer(client, { answer: () => reply });
        const program = lab.client(client, server.port);
        program.type(`${request}\n`);
        await until(
          () => server.requests[0] ?? (program.over || undefined),
          CONNECT_LIMIT_MS,
        );
        assertSent(program.name, request, server.requests[0]);
        return `${program.shown} sends ${showText(request)} to ${server.hostname}`;
      },
    },
    {
      id: `3-${client}-shows-the-exchange`,
      program: client,
      description: `${client} shows what it sent and what it received`,
      hint: 'Print a line for each, as "Sent: …" and "Received: …".',
      needs,
      run: async (lab) => {
        const exchanges = twoExchanges();
        const replies = exchanges.map(({ reply }) => reply);
        const server = lab.honestServer(client, {
          answer: () => replies.shift() ?? "",
        });
        const program = lab.client(client, server.port);
        await converse(program, exchanges);
        exchanges.forEach(({ request }, i) => assertSent(client, request, server.requests[i]));
        assertShows(program, exchanges);
        return `${showText(EXAMPLE)} and a random text, sent and received`;
      },
    },
    {
      id: `3-${client}-with-our-${serverName}`,
      program: client,
      description: `${client} talks with our ${serverName}`,
      hint: "Read a reply's 4-byte big-endian length, then as many bytes.",
      needs,
      run: async (lab) => {
        const exchanges = twoExchanges();
        const { port, program: server } = await lab.ourServer(serverName);
        const program = lab.client(client, port);
        await converse(program, exchanges);
        assertShows(program, exchanges);
        return `${program.shown} with ${server.shown}`;
      },
    },
  ];
}

/** Fails unless this is what the server was sent. */
export function assertSent(
  client: string,
  text: string,
  came: Request | undefined,
): void {
  if (came?.text === text) return;
  throw new Failed(`${client} does not send ${showText(text)}`, {
    expected: showText(text),
    actual: came
      ? `${showText(came.text)} after the header ${showBytes(came.header)}`
      : "no message",
  });
}

/** Question 3. */
export const CLIENT_CHECKS: Check[] = PAIRS.flatMap(clientChecks);
