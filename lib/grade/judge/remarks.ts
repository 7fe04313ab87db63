/**
 * Remarks on a pair of programs: faults that a bad network or an unusual user shows. A remark
 * teaches; by default it costs no marks.
 *
 * @module
 */
import { showBytes } from "../results/quoted_text.ts";
import type { Pair } from "../ask/pair.ts";
import type { Passed } from "../sandbox/recording_proxy.ts";
import type { CtrlDOutcome, TwoClients } from "../ask/edge_cases.ts";
import { clientTests, remarksOnClient } from "./remarks_client.ts";
import { ensureAnswers, remarksOnServer } from "./remarks_server.ts";
import type { Remark } from "../results/results.ts";

/** A delayed acknowledgement takes at least 40 ms on Linux, as the grader's clock sees it. */
const DELAYED_MS = 34;
/** The share of the waits within a program's messages that must be as long. */
const DELAYED_SHARE = 0.75;

/**
 * Remarks on a pair that need a client, made on servers of their own: they may be made while
 * the pair's own server is asked.
 */
export async function remarksBeside(pair: Pair, signal?: AbortSignal): Promise<Remark[]> {
  const { recordedRequest, listening, runner } = pair;
  if (!recordedRequest || !listening) return [];
  const remarks = clientTests(pair).map(async (tests) => {
    const server = await listening.startCopy(runner);
    if (!server) return [];
    const stop = () => server.running.stop();
    signal?.addEventListener("abort", stop);
    const made = await remarksOnClient(pair, server, tests, signal);
    signal?.removeEventListener("abort", stop);
    await server.close();
    return made;
  });
  return (await Promise.all(remarks)).flat();
}

/**
 * Remarks on a pair's own server, and on the times of all messages. They come last: the tests
 * may end the server.
 *
 * @param two Whether the server serves two clients at once.
 * @param ctrlD What the server did after its last client had left.
 */
export async function remarksAfterwards(
  pair: Pair,
  two: TwoClients | undefined,
  ctrlD: CtrlDOutcome | undefined,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const { recordedRequest, listening } = pair;
  if (!recordedRequest || !listening) return [];
  pair.keepRuns();
  if (ctrlD?.server === "dead") return delays(pair);
  if (ctrlD?.server !== "serves on") await listening.restart();
  const isParallel = two?.second === "served";
  return [...delays(pair), ...await remarksOnServer(pair, listening, isParallel, signal)];
}

/**
 * The remarks of {@linkcode remarksBeside}, made on the pair's own server after all the others:
 * no server is started for them.
 *
 * @param ctrlD What the server did after its last client had left.
 */
export async function remarksInTurn(
  pair: Pair,
  ctrlD: CtrlDOutcome | undefined,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const { recordedRequest, listening } = pair;
  if (!recordedRequest || !listening || ctrlD?.server === "dead") return [];
  await ensureAnswers(pair, listening);
  return await remarksOnClient(pair, listening, clientTests(pair).flat(), signal);
}

/** What two clients at once have shown. */
export function remarksOnTwoClients({ number }: Pair, outcome?: TwoClients): Remark[] {
  if (outcome?.second !== "waits" || !outcome.firstServed) return [];
  return [{
    id: "silent-client",
    text:
      `server${number} serves one client at a time: whoever connects and says nothing keeps all ` +
      "others waiting. Serve each client in a thread, process or task of its own.",
    evidence: [],
  }];
}

/** A server that has to be started again for each question. */
export function onOneQuestion({ number, exchanges }: Pair): Remark[] {
  const runs = exchanges.filter((e) => e.answered).map(({ run }) => run);
  if (runs.length < 2 || new Set(runs).size < runs.length) return [];
  const text =
    `server${number} serves one question, then ends: it has to be started again for the ` +
    "next client. Accept clients in a loop.";
  return [{ id: "one-question", text, evidence: [] }];
}

/** Two writes for a message, and Nagle's algorithm between them. */
function delays({ number, exchanges, passed }: Pair): Remark[] {
  return (["request", "reply"] as const).flatMap((what) => {
    const waits = passed.flatMap((record) => waitsIn(record, what));
    const delayed = waits.filter((wait) => wait >= DELAYED_MS);
    if (delayed.length < 2 || delayed.length < waits.length * DELAYED_SHARE) return [];
    const name = what === "request" ? `client${number}` : `server${number}`;
    const e = exchanges.find((one) => one.answered);
    return [{
      id: "delayed-writes" as const,
      text:
        `${name} loses 40 ms in an exchange: it writes a message in two pieces, and the system ` +
        "holds the second back until the first is acknowledged (Nagle's algorithm). Write a message " +
        "at once, or set TCP_NODELAY.",
      evidence: e ? [{ sent: showBytes(e.sent), received: showBytes(e.received) }] : [],
    }];
  });
}

/**
 * The times between the pieces of messages, in milliseconds. A connection acknowledges at once
 * until it has sent data itself: its first message shows nothing.
 */
function waitsIn(record: Passed[], what: "request" | "reply"): number[] {
  const waits: number[] = [];
  /** By connection: whether a message passed, and then one in the other direction. */
  const isAnswered = new Map<number, boolean>();
  for (const [i, one] of record.entries()) {
    const before = record[i - 1];
    const known = isAnswered.get(one.connection);
    if (one.what !== what) {
      if (known === false) isAnswered.set(one.connection, true);
      continue;
    }
    isAnswered.set(one.connection, known ?? false);
    const isSplit = before?.what === what && before.connection === one.connection;
    if (isSplit && known) waits.push(one.at - before.at);
  }
  return waits;
}

/** One remark in place of two that say the same about both pairs. */
export function merged(remarks: Remark[]): Remark[] {
  const said = new Map<string, Remark>();
  for (const one of remarks) {
    const bare = one.text.replace(/(server|client)[12]/g, "$1");
    const key = `${one.id} ${bare.replace(/\d+/g, "N")}`;
    const known = said.get(key);
    const both = known?.text.replace(/\b(server|client)1\b/g, "$11 (and $12)");
    said.set(
      key,
      known ? { ...known, text: known.text.includes("(and") ? known.text : both! } : one,
    );
  }
  return [...said.values()];
}
