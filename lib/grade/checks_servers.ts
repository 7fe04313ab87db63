/**
 * Questions 1 and 2: what the servers answer, and where they run.
 *
 * @module
 */
import { type Check, Failed, Skipped } from "./check.ts";
import {
  EXAMPLE,
  type Exchange,
  type Pair,
  randomText,
  TO_BINARY,
  TO_TEXT,
  WORDS,
} from "./exchanges.ts";
import { showText } from "./frames.ts";
import type { Lab, Server } from "./lab.ts";
import {
  accepts,
  boundDevice,
  DEFAULT_PORT,
  isWildcard,
  LOOPBACK,
  otherAddresses,
} from "./network.ts";
import { assertRight } from "./usual.ts";

const RANDOM_TEXTS = 5;

function answers(pair: Pair): Check[] {
  const { server: program, question, about } = pair;
  const needs = `${question}-replies`;
  /** Asks about each text in one conversation. */
  const askAll = async (lab: Lab, texts: string[]): Promise<string> => {
    const server = await lab.server(program);
    const peer = await lab.connect(server);
    const seen = [];
    for (const text of texts) {
      const heard = await peer.ask(about(text));
      await assertRight(lab, pair, heard);
      const { request, reply } = heard;
      const spare = heard.text === reply ? "" : " (and white space at its end)";
      seen.push(`${showText(request)} -> ${showText(reply)}${spare}`);
    }
    const more = seen.length > 1 ? `, and ${seen.length - 1} more` : "";
    return `${server.program.shown}: ${seen[0]}${more}`;
  };
  return [
    {
      id: `${question}-starts`,
      program,
      description: `${program} starts and listens`,
      hint: "Run the command by hand in the same directory: does it end, or print an error?",
      run: async (lab) => {
        const server = await lab.server(program);
        return `${server.program.shown} listens on ${
          (server.addresses ?? [server.hostname]).join(", ")
        }, port ${server.port}`;
      },
    },
    {
      id: needs,
      program,
      description: `${program} replies to a message`,
      hint:
        "A message is a 4-byte big-endian length, then that many bytes; the reply looks the same. Is the output flushed, does the server wait for more than the length says?",
      needs: `${question}-starts`,
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const { request, text } = await peer.ask(about("a"));
        return `${showText(request)} is replied to with ${showText(text)}`;
      },
    },
    {
      id: `${question}-answers-the-example`,
      program,
      description: `${program} answers the assignment's example`,
      hint: question === "1a"
        ? "Each byte becomes eight binary digits, leading zeros included, with one space between two bytes."
        : "Each group of binary digits is the number of one byte: 01100011 is 99, the letter c.",
      needs,
      run: (lab) => askAll(lab, [EXAMPLE]),
    },
    {
      id: `${question}-answers-words`,
      program,
      description: `${program} answers word after word on one connection`,
      hint: "Serve a client in a loop until it has gone; start each answer afresh.",
      needs,
      run: (lab) => askAll(lab, WORDS),
    },
    {
      id: `${question}-answers-random-text`,
      program,
      description: `${program} answers texts that it cannot know beforehand`,
      hint: "The answer must be computed from what came, for every printable character.",
      needs,
      run: (lab) => askAll(lab, Array.from({ length: RANDOM_TEXTS }, () => randomText())),
    },
  ];
}

/** Fails unless a server listens on its interface's address, and on that alone. */
async function onlyAt(
  lab: Lab,
  address: string,
  name: string,
  server: Server,
  exchange: Exchange,
): Promise<string> {
  const hint =
    `Bind to ${name}'s own address, ${address}: 0.0.0.0 opens the server to every network of the machine.`;
  const { port, addresses, program } = server;
  const shown = addresses?.join(", ") ?? "";
  if (addresses?.some(isWildcard) && boundDevice(port) === name) {
    return `${program.shown} is bound to the device ${name}`;
  }
  if (addresses?.some((one) => one !== address)) {
    throw new Failed(`${program.name} listens elsewhere than on ${name}`, {
      expected: `${address}, port ${port}, and nothing else`,
      actual: addresses.some(isWildcard)
        ? `${shown}, which is every address of this machine`
        : shown,
      hint,
    });
  }
  const peer = await lab.connect(server);
  await peer.ask(exchange);
  const others = otherAddresses(address);
  for (const other of others) {
    if (await accepts(other, port)) {
      throw new Failed(`${program.name} can be met elsewhere than on ${name}`, {
        expected: `connections to ${address} alone`,
        actual: `a connection to ${other}, port ${port}, is accepted`,
        hint,
      });
    }
  }
  return `${program.shown} is met at ${address}, not at ${others.join(", ")}`;
}

const places: Check[] = [
  {
    id: "1b-localhost-only",
    program: "server1",
    description: "server1, not told otherwise, listens on the loopback interface only",
    hint: "Bind to 127.0.0.1.",
    needs: "1a-replies",
    run: async (lab) => {
      const server = await lab.server("server1", { noInterface: true });
      return onlyAt(lab, LOOPBACK, "lo", server, TO_BINARY.about(EXAMPLE));
    },
  },
  {
    id: "1c-any-port",
    program: "server1",
    description: "server1 listens on whatever port it is given",
    hint: "Read the port from -p.",
    needs: "1a-starts",
    run: async (lab) => {
      if (!lab.setup.takesOptions) {
        await lab.server("server1");
        return `it has chosen port ${DEFAULT_PORT}`;
      }
      const servers = [
        await lab.server("server1"),
        await lab.server("server1"),
      ];
      return `two at once, on the ports ${servers.map(({ port }) => port).join(" and ")}`;
    },
  },
  {
    id: "2b-eth1-only",
    program: "server2",
    description: "server2, not told otherwise, listens on eth1 only",
    hint: "Ask the system for eth1's address and bind to that.",
    needs: "2a-replies",
    run: async (lab) => {
      const { eth1 } = lab.setup;
      if (eth1 === undefined) {
        throw new Skipped("this machine has no eth1: server2 was graded on lo");
      }
      const server = await lab.server("server2", { noInterface: true });
      return onlyAt(lab, eth1, "eth1", server, TO_TEXT.about(EXAMPLE));
    },
  },
];

const shortGroups: Check = {
  id: "2a-short-groups",
  program: "server2",
  description: "server2 takes groups shorter than eight digits",
  hint: "Leading zeros need not be written: 1100001 is the number 97 as well.",
  needs: "2a-replies",
  run: async (lab) => {
    const peer = await lab.connect(await lab.server("server2"));
    const request = "1100011 1101111 100001 110000";
    await assertRight(lab, TO_TEXT, await peer.ask({ request, reply: "co!0" }));
    return `${showText(request)} -> "co!0"`;
  },
};

/** Questions 1a, 1b, 1c, 2a and 2b. */
export const SERVER_CHECKS: Check[] = [
  ...answers(TO_BINARY),
  ...answers(TO_TEXT),
  shortGroups,
  ...places,
];
