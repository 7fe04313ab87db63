/**
 * Remarks on a server: the grader repeats a request of the client in pieces, twice at once, cut,
 * and from twenty clients.
 *
 * @module
 */
import { concat, equals } from "@std/bytes";
import { judgeBytes } from "../read/answers.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import type { Pair } from "../ask/pair.ts";
import { hasAnswer } from "./exchange_judgement.ts";
import { type RecordedRequest, replay, ServerConnection } from "../ask/replay.ts";
import { STREAM } from "../results/questions.ts";
import type { Remark, RemarkId } from "../results/results.ts";
import type { SubmittedServer } from "../ask/submitted_server.ts";
import { stackTrace } from "../read/stack_traces.ts";
import { SIGNALLED } from "../sandbox/proc.ts";
import { untilIdle } from "../sandbox/idle_clock.ts";
import { MANY_CLIENTS, REMARK_LIMIT_MS, SETTLE_MS } from "./limits.ts";
import { unreadExchange } from "./who_converts.ts";

/** A remark, nothing if the server passes, or `unclear` if the experiment shows nothing. */
type Outcome = Remark | undefined | "unclear";

const RUBBISH = new Uint8Array(64).map((_, i) => (i * 37 + 129) % 256);

/**
 * Remarks on a server. The verdicts come first: these tests may end the server.
 *
 * @param isParallel Whether the server answers a second client while the first is connected.
 */
export async function remarksOnServer(
  pair: Pair,
  server: SubmittedServer,
  isParallel: boolean,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const request = pair.recordedRequest!;
  // An encrypted request, or one that is valid once, cannot be repeated.
  if (unreadExchange(pair, pair.exchanges.filter((e) => e.answered))) return [];
  // The server may have ended after its only question.
  if (!await answers(pair, server) && !(await server.restart() && await answers(pair, server))) {
    return [];
  }
  const last = request.steps.at(-1)!;
  const remarks: Remark[] = [];
  const tries: (readonly [RemarkId, () => Promise<Outcome>])[] = [
    ["one-byte-pieces", () => inPieces(pair, server, request)],
    ["glued-requests", () => requestsTogether(pair, server, request)],
    [
      "rubbish",
      () => abandonedRequest(pair, server, "rubbish", RUBBISH, "bytes that are no request"),
    ],
    ["cut-request", () => {
      const half = last.slice(0, Math.ceil(last.length / 2));
      return abandonedRequest(pair, server, "cut-request", half, "a request that breaks off");
    }],
    ...isParallel ? [["twenty-at-once", () => manyAtOnce(pair, server)] as const] : [],
  ];
  for (const [id, one] of tries) {
    if (signal?.aborted || !await server.ensureListening()) break;
    const first = await one();
    if (!first) pair.tested.add(id);
    if (!first || first === "unclear") continue;
    // An earlier request may have been the cause: test again once the server answers as usual.
    // A server of one client may end after this answer.
    const isReady = isParallel ? await ensureAnswers(pair, server) : await server.restart();
    const second = isReady ? await one() : "unclear";
    if (!second) pair.tested.add(id);
    else if (second !== "unclear") remarks.push(second);
    await ensureAnswers(pair, server);
  }
  return remarks;
}

/** Restarts a server unless it answers the usual request. @returns Whether it listens. */
export async function ensureAnswers(pair: Pair, server: SubmittedServer): Promise<boolean> {
  return server.alive && await answers(pair, server) || await server.restart();
}

/** Repeats the client's request. @returns The answer if it is not as good as the client's answer. */
async function otherAnswer(
  { recordedRequest, exchanges, conversion }: Pair,
  { dial }: SubmittedServer,
  pieces = false,
): Promise<Uint8Array | undefined> {
  const request = recordedRequest!;
  const verdictOn = (bytes: Uint8Array) => judgeBytes(conversion, request.text, bytes).verdict;
  const usual = exchanges.find(({ text }) => text === request.text)!.received;
  const known = verdictOn(usual);
  const isUsual = (received: Uint8Array) =>
    known !== "none" && (equals(received, usual) || verdictOn(received) === known);
  const received = await replay(dial, request, isUsual, pieces);
  return isUsual(received) ? undefined : received;
}

/** Whether a server gives the usual answer to a repeated request. */
async function answers(pair: Pair, server: SubmittedServer): Promise<boolean> {
  return await otherAnswer(pair, server) === undefined;
}

/** Waits until a server has read what was sent to it, or has ended. */
async function settled(server: SubmittedServer): Promise<void> {
  await untilIdle(() => server.pids, () => server.alive ? undefined : true, SETTLE_MS);
}

async function inPieces(
  pair: Pair,
  server: SubmittedServer,
  request: RecordedRequest,
): Promise<Remark | undefined> {
  const received = await otherAnswer(pair, server, true);
  return received && {
    id: "one-byte-pieces",
    text: `server${pair.number} does not understand a request whose bytes arrive one at a time. ` +
      `${STREAM} Collect bytes until the message is complete.`,
    evidence: [{
      sent: showBytes(concat(request.steps)),
      received: showBytes(received),
      expected: pair.conversion.answer(request.text),
    }],
  };
}

async function requestsTogether(
  pair: Pair,
  server: SubmittedServer,
  request: RecordedRequest,
): Promise<Outcome> {
  const { conversion, exchanges } = pair;
  // The client's own next request: a sequence number, or a description of types, comes only once.
  const at = exchanges.findIndex(({ text }) => text === request.text);
  const [usual, next] = exchanges.slice(at, at + 2);
  if (request.ends || !next?.answered || next.first || next.serverClosed) return undefined;
  // Wrong answers cannot be counted.
  if (![usual, next].every((e) => hasAnswer(conversion, e))) return "unclear";
  const steps = [...request.steps.slice(0, -1), concat([request.steps.at(-1)!, next.sent])];
  const received = await replay(server.dial, { ...request, steps });
  if ([usual, next].every((e) => hasAnswer(conversion, { ...e, received }))) return undefined;
  if (!await answers(pair, server)) return "unclear";
  return {
    id: "glued-requests",
    text: `server${pair.number} does not answer both of two requests that arrive together. ` +
      `${STREAM} Take one message from the received bytes, and keep the rest for the next.`,
    evidence: [{
      sent: showBytes(concat(steps)),
      received: showBytes(received),
      expected: "two answers",
    }],
  };
}

/** Sends some bytes and closes the connection: does the server still answer other clients? */
async function abandonedRequest(
  pair: Pair,
  server: SubmittedServer,
  id: RemarkId,
  bytes: Uint8Array,
  what: string,
): Promise<Remark | undefined> {
  const since = server.running.screen.length;
  const connection = await ServerConnection.connect(server.dial);
  await connection?.send(bytes);
  await settled(server);
  connection?.close();
  await settled(server);
  if (server.alive && await answers(pair, server)) return undefined;
  // A server of one client may take a moment to end.
  await untilIdle(() => server.pids, () => server.alive ? undefined : true, REMARK_LIMIT_MS);
  const screen = server.running.screen.slice(since);
  const trace = stackTrace(screen, server.running.exit);
  const endsInOrder = !server.alive && trace === undefined && server.running.exit! < SIGNALLED;
  return endsInOrder ? undefined : {
    id,
    text: `server${pair.number} answers no client after ${what}${trace ? ` (${trace})` : ""}. ` +
      "Catch the errors of one client in the code that serves it, and go on with the next client.",
    evidence: [{ sent: showBytes(bytes), shown: showScreen(screen.slice(-300)) }],
  };
}

async function manyAtOnce(pair: Pair, server: SubmittedServer): Promise<Outcome> {
  const idle = await ServerConnection.connect(server.dial);
  await settled(server);
  const isParallel = await answers(pair, server);
  idle?.close();
  if (!isParallel) return "unclear";
  const all = await Promise.all(Array.from({ length: MANY_CLIENTS }, () => answers(pair, server)));
  return all.every(Boolean) ? undefined : {
    id: "twenty-at-once",
    text:
      `server${pair.number} does not answer all of ${MANY_CLIENTS} clients at once. Clients may ` +
      "share a variable, or the queue of connections (`listen`) may be too short.",
    evidence: [],
  };
}
