/**
 * Question 3c: a client that finds nobody, and client1 astray at server2.
 *
 * @module
 */
import { type Check, type ClientName, Failed } from "./check.ts";
import { EXAMPLE, PAIRS, randomText, TO_TEXT } from "./exchanges.ts";
import { frame, showText } from "./frames.ts";
import { showExit } from "./program.ts";
import { assertUsual } from "./usual.ts";
import { until } from "./waiting.ts";

const REFUSED_LIMIT_MS = 8_000;
const REACTION_LIMIT_MS = 3_000;

function refused(client: ClientName): Check {
  return {
    id: `3c-${client}-refused`,
    program: client,
    description: `${client} says in a sentence that nobody listens there`,
    hint:
      "Catch the failed connection (ConnectionRefusedError in Python), print one line that names the address, exit with 1.",
    needs: `3-${client}-connects`,
    run: async (lab) => {
      const program = lab.client(client, lab.port());
      const exit = await program.ended(REFUSED_LIMIT_MS);
      const said = program.stderr.text.trim() || program.stdout.text.trim();
      const expected = "one sentence, and an exit code that is not 0";
      if (exit === undefined) {
        throw new Failed(`${client} does not end`, {
          expected,
          actual: `it still runs after ${REFUSED_LIMIT_MS / 1000} s`,
        });
      }
      const { trace } = program;
      if (trace !== undefined) {
        throw new Failed(`${client} prints a stack trace`, {
          expected,
          actual: trace,
        });
      }
      if (exit.code === 0 || said === "") {
        throw new Failed(`${client} does not say that it failed`, {
          expected,
          actual: `it ${showExit(exit)} and says ${showText(said)}`,
        });
      }
      return `it says ${showText(said.split("\n").at(-1)!)} and ${showExit(exit)}`;
    },
  };
}

const client1Astray: Check = {
  id: "3c-client1-astray",
  program: "client1",
  description: "client1, pointed at server2, shows that it gets no answer",
  hint:
    "Show what the server says, or that it has closed the connection; never wait for ever, never a stack trace.",
  needs: "3-client1-connects",
  options: true,
  run: async (lab) => {
    // A right server2: it says what is wrong, and hangs up on those who wait for more.
    const server = lab.honestServer("client2", {
      answer: (text) => {
        throw new Error(`Cannot decode "${text}": it is not binary`);
      },
      hangsUp: true,
    });
    const program = lab.client("client1", server.port, server.hostname);
    await until(() => program.stdout.text.includes("\n") || undefined, REACTION_LIMIT_MS);
    program.type(`${EXAMPLE}\n`);
    const shown = () => program.stdout.text + program.stderr.text;
    const reacted = await until(
      () => program.over || /not binary/.test(shown()) || undefined,
      REACTION_LIMIT_MS,
    );
    const expected = "the server's words, or one line that says it has gone";
    const { trace } = program;
    if (trace !== undefined) {
      throw new Failed("client1 prints a stack trace", {
        expected,
        actual: trace,
      });
    }
    if (!reacted) {
      throw new Failed("client1 waits as if nothing had happened", {
        expected,
        actual: showText(shown()),
      });
    }
    const words = program.stderr.text || program.stdout.text;
    return `${program.shown}: ${showText(words.trim())}`;
  },
};

const server2MeetsClient1: Check = {
  id: "3c-server2-survives-letters",
  program: "server2",
  description: "server2 lives on when client1 sends it letters",
  hint:
    "What a client sends is not to be trusted: catch what cannot be decoded (ValueError in Python), reply with a sentence, go on.",
  needs: "2a-replies",
  run: async (lab) => {
    const peer = await lab.connect(await lab.server("server2"));
    await peer.send(frame(EXAMPLE));
    const { text } = await peer.reply();
    await assertUsual(lab, TO_TEXT, [await peer.ask(TO_TEXT.about(randomText()))]);
    return `"${EXAMPLE}" -> ${showText(text)}, and binary is decoded after that`;
  },
};

/** Question 3c. */
export const ASTRAY_CHECKS: Check[] = [
  ...PAIRS.map(({ client }) => refused(client)),
  client1Astray,
  server2MeetsClient1,
];
