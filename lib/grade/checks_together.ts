/**
 * Question 3b: two clients and one server, with and without -M.
 *
 * @module
 */
import { type Check, Failed } from "./check.ts";
import { EXAMPLE, type Pair, PAIRS, randomText } from "./exchanges.ts";
import { frame, showText } from "./frames.ts";
import { assertShows, saysReply } from "./transcripts.ts";
import { assertUsual } from "./usual.ts";

/** A reply that has not come after so long is not coming before the first client goes. */
const SILENCE_MS = 400;
const CLIENTS = 3;

const manyHint =
  "With -M give each client a thread of its own (or an event loop): accepting must not wait for a conversation to end.";

function together(pair: Pair): Check[] {
  const { server: serverName, client, question, about } = pair;
  const needs = `${question}-replies`;
  return [
    {
      id: `3b-${serverName}-second-client-waits`,
      program: serverName,
      description: `${serverName} without -M serves its first client while a second one waits`,
      hint:
        "Without -M one conversation is served at a time: the next client stays in the listen queue.",
      needs,
      options: true,
      run: async (lab) => {
        const server = await lab.server(serverName);
        const first = await lab.connect(server);
        const before = await first.ask(about(EXAMPLE));
        const second = await lab.connect(server);
        await second.send(frame(before.request));
        if (!await second.silent(SILENCE_MS)) {
          throw new Failed("the second client does not wait", {
            expected: "nothing for the second client while the first is served",
            actual: await second.reply(before.reply, SILENCE_MS)
              .then(({ text }) => `it is answered ${showText(text)}`)
              .catch(() => "its connection is ended"),
          });
        }
        await assertUsual(lab, pair, [before, await first.ask(about(randomText()))]);
        return "the first is answered before and after the second comes; the second is not";
      },
    },
    {
      id: `3b-${serverName}-many-at-once`,
      program: serverName,
      description: `${serverName} -M serves several clients at once`,
      hint: manyHint,
      needs,
      options: true,
      run: async (lab) => {
        const server = await lab.server(serverName, { many: true });
        const peers = [];
        for (let i = 0; i < CLIENTS; i++) peers.push(await lab.connect(server));
        const heard = [];
        for (const peer of [...peers.toReversed(), ...peers]) {
          heard.push(await peer.ask(about(randomText())));
        }
        await assertUsual(lab, pair, heard);
        return `${server.program.shown}: ${CLIENTS} clients, answered last first, then first first`;
      },
    },
    {
      id: `3b-${client}-twice`,
      program: client,
      description: `two ${client}s use one server`,
      hint: "A client must not take a port, a file or anything else that there is only one of.",
      needs: `3-${client}-connects`,
      run: async (lab) => {
        const { port } = await lab.ourServer(serverName, { many: true });
        const exchanges = [about(randomText()), about(randomText())];
        const programs = exchanges.map(() => lab.client(client, port));
        for (const [i, { request, reply }] of exchanges.entries()) {
          programs[i].type(`${request}\n`);
          await saysReply(programs[i], reply);
        }
        for (const [i, program] of programs.entries()) {
          program.endInput();
          await program.ended(SILENCE_MS);
          assertShows(program, [exchanges[i]]);
        }
        return `both talk with our ${serverName} -M`;
      },
    },
  ];
}

/** Question 3b. */
export const TOGETHER_CHECKS: Check[] = PAIRS.flatMap(together);
