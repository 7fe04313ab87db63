/**
 * Question 3a: the client aborts. What the client says, and what its server does.
 *
 * @module
 */
import { type Check, Failed, Skipped } from "./check.ts";
import { EXAMPLE, type Exchange, type Pair, PAIRS, randomText } from "./exchanges.ts";
import { frame, showText } from "./frames.ts";
import type { Server } from "./lab.ts";
import type { Peer } from "./peer.ts";
import { type Program, showExit } from "./program.ts";
import { LAST_WORDS_MS, saysReply } from "./transcripts.ts";
import { assertUsual } from "./usual.ts";
import { pause } from "./waiting.ts";

/** How soon a program has to notice that the other end has gone. */
const NOTICE_LIMIT_MS = 3_000;
/** For a reply to arrive unread, so that hanging up is a reset. */
const UNREAD_MS = 100;
const CTRL_D = "\x04";

/** Fails unless a program ends by itself, with 0 and without a stack trace. */
async function endsWell(program: Program, why: string): Promise<string> {
  const exit = await program.ended(NOTICE_LIMIT_MS);
  const expected = `${program.name} ends by itself with exit code 0`;
  if (exit === undefined) {
    throw new Failed(`${program.name} does not end at ${why}`, {
      expected,
      actual: `it still runs after ${NOTICE_LIMIT_MS / 1000} s`,
    });
  }
  const { trace } = program;
  if (trace === undefined && exit.code === 0) {
    return `at ${why} ${program.name} ends with exit code 0`;
  }
  throw new Failed(
    trace
      ? `${program.name} answers ${why} with a stack trace`
      : `${program.name} ends as if something were wrong`,
    { expected, actual: trace ?? showExit(exit) },
  );
}

const clientHint =
  "End of input is no error: catch it (EOFError in Python), close the connection, exit with 0.";

function clientLeaves({ client, about }: Pair): Check[] {
  const needs = `3-${client}-connects`;
  return [
    {
      id: `3a-${client}-end-of-input`,
      program: client,
      description: `${client} ends quietly when its input ends`,
      hint: clientHint,
      needs,
      run: async (lab) => {
        const { request, reply } = about(EXAMPLE);
        const server = lab.honestServer(client, { answer: () => reply });
        const program = lab.client(client, server.port);
        program.type(`${request}\n`);
        await saysReply(program, reply);
        program.endInput();
        return await endsWell(program, "end of input");
      },
    },
    {
      id: `3a-${client}-ctrl-d`,
      program: client,
      description: `${client} ends quietly at Ctrl+D on a terminal`,
      hint: clientHint,
      needs,
      run: async (lab) => {
        if (Deno.build.os !== "linux" || !haveScript()) {
          throw new Skipped("there is no script (util-linux) to make a terminal");
        }
        const { request, reply } = about(EXAMPLE);
        const server = lab.honestServer(client, { answer: () => reply });
        const program = lab.clientOnTerminal(client, server.port);
        program.type(`${request}\n`);
        if (!await saysReply(program, reply)) {
          throw new Failed(`${client} does not show a reply on a terminal`, {
            expected: showText(reply),
            actual: showText(program.stdout.text),
          });
        }
        program.type(CTRL_D);
        return await endsWell(program, "Ctrl+D");
      },
    },
  ];
}

function haveScript(): boolean {
  try {
    return new Deno.Command("script", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
}

function serverIsLeft(pair: Pair): Check[] {
  const { server: name, question, about } = pair;
  const needs = `${question}-replies`;
  const exchange = about(EXAMPLE);
  /** Whether a new client is served. */
  const servesAnother = async (
    connect: () => Promise<Peer>,
    another: Exchange,
  ) => {
    try {
      await (await connect()).ask(another);
      return true;
    } catch {
      return false;
    }
  };
  return [
    {
      id: `3a-${name}-notices-the-end`,
      program: name,
      description: `${name} notices that its client has gone`,
      hint:
        "Reading gives no bytes at the end of a stream: leave the loop then, close, and end (or take the next client).",
      needs,
      run: async (lab) => {
        const server: Server = await lab.server(name);
        const peer = await lab.connect(server);
        await peer.ask(exchange);
        peer.close();
        await server.program.ended(LAST_WORDS_MS);
        if (
          !server.program.over &&
          await servesAnother(() => lab.connect(server), about(randomText()))
        ) {
          return `${name} goes on, and serves the next client`;
        }
        return await endsWell(server.program, "its client's end");
      },
    },
    {
      id: `3a-${name}-outlives-a-reset`,
      program: name,
      description: `${name} -M outlives a client that is killed`,
      hint:
        "A client that vanishes makes reading or writing fail: that must end its own conversation only.",
      needs,
      options: true,
      run: async (lab) => {
        const server = await lab.server(name, { many: true });
        const peer = await lab.connect(server);
        await peer.send(frame(exchange.request));
        await pause(UNREAD_MS);
        peer.close(); // with its reply unread: a reset
        await pause(UNREAD_MS);
        const heard = await (await lab.connect(server)).ask(about(randomText()));
        await assertUsual(lab, pair, [heard]);
        return "a client resets its connection; the next one is served";
      },
    },
  ];
}

/** Question 3a. */
export const LEAVING_CHECKS: Check[] = PAIRS.flatMap((pair) => [
  ...clientLeaves(pair),
  ...serverIsLeft(pair),
]);
