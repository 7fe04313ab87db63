/**
 * Remarks on a pair of programs: faults that appear with a bad network or unusual input. A remark
 * teaches; by default it costs no marks.
 *
 * @module
 */
import { showBytes } from "../results/quoted_text.ts";
import type { Pair } from "../ask/pair.ts";
import type { Passed } from "../sandbox/recording_proxy.ts";
import type { CtrlDOutcome, TwoClients } from "../ask/edge_cases.ts";
import { HELD_BACK_MS, HELD_BACK_SHARE } from "./limits.ts";
import { clientTests, remarksOnClient } from "./remarks_client.ts";
import { ensureAnswers, remarksOnServer } from "./remarks_server.ts";
import type { Remark } from "../results/results.ts";

/**
 * Remarks that need a client. They use copies of the pair's server, so that all servers can be
 * asked at the same time.
 */
export async function remarksBeside(pair: Pair, signal?: AbortSignal): Promise<Remark[]> {
  const { recordedRequest, clientProgram, listening, runner } = pair;
  if (!recordedRequest || !clientProgram || !listening) return [];
  const remarks = clientTests(pair).map(async (tests) => {
    const server = await listening.startCopy(runner);
    if (!server) return [];
    server.isSerial = true; // these clients come one after another
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
 * Remarks on the pair's own server. They come last: their tests may end the server.
 *
 * @param two The outcome of two clients at once.
 * @param ctrlD The outcome of Ctrl+D: whether the server still serves.
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
  if (ctrlD?.server === "dead") return [];
  if (ctrlD?.server !== "serves on") await listening.restart();
  const isParallel = two?.second === "served" && two.firstServed;
  listening.isSerial = !isParallel;
  return await remarksOnServer(pair, listening, isParallel, signal);
}

/**
 * The remarks of {@linkcode remarksBeside}, but on the pair's own server and after all others:
 * no server is started for them.
 *
 * @param ctrlD The outcome of Ctrl+D: whether the server still serves.
 */
export async function remarksInTurn(
  pair: Pair,
  ctrlD: CtrlDOutcome | undefined,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const { recordedRequest, clientProgram, listening } = pair;
  if (!recordedRequest || !clientProgram || !listening || ctrlD?.server === "dead") return [];
  await ensureAnswers(pair, listening);
  return await remarksOnClient(pair, listening, clientTests(pair).flat(), signal);
}

/** The remark on a server that serves one client at a time. */
export function remarksOnTwoClients({ number, tested }: Pair, outcome?: TwoClients): Remark[] {
  if (!outcome?.firstServed || outcome.second === "refused") return [];
  tested.add("silent-client");
  if (outcome.second === "served") return [];
  return [{
    id: "silent-client",
    text: `server${number} serves one client at a time: a client that connects and sends nothing ` +
      "blocks all others. Serve each client in a thread, process or task of its own.",
    evidence: [],
  }];
}

/** The remark on a server that ends after one request. @param ctrlD The outcome of Ctrl+D. */
export function remarksOnOneRequest(
  { number, listening, exchanges, tested }: Pair,
  ctrlD?: CtrlDOutcome,
): Remark[] {
  const runs = exchanges.filter((e) => e.answered).map(({ run }) => run);
  if (runs.length < 2) return [];
  tested.add("one-question");
  // The grader restarts a server that leaves a text unanswered.
  const servesOn = !listening || ctrlD?.server === "serves on" || new Set(runs).size < runs.length;
  if (servesOn) return [];
  const text =
    `server${number} answers one request a run: it has to be started again for the next ` +
    "client. Accept clients in a loop.";
  return [{ id: "one-question", text, evidence: [] }];
}

/**
 * The remark on messages that are written in two pieces: Nagle's algorithm holds the second back
 * while both programs wait. All messages count: it comes after all other tests.
 */
export function delays(
  { number, exchanges, passed, recordedRequest, tested }: Pair,
): Remark[] {
  if (!recordedRequest) return [];
  tested.add("delayed-writes");
  return (["request", "reply"] as const).flatMap((what) => {
    const later = passed.flatMap((record) => laterPieces(record, what));
    const held = later.filter((gapMs) => gapMs >= HELD_BACK_MS);
    if (held.length < 2 || held.length < later.length * HELD_BACK_SHARE) return [];
    const name = what === "request" ? `client${number}` : `server${number}`;
    const e = exchanges.find((one) => one.answered);
    return [{
      id: "delayed-writes" as const,
      text:
        `${name} loses 40 ms in an exchange: it writes a message in two pieces, and the system ` +
        "delays the second piece until the first is acknowledged (Nagle's algorithm). Write each " +
        "message in one piece, or set TCP_NODELAY.",
      evidence: e ? [{ sent: showBytes(e.sent), received: showBytes(e.received) }] : [],
    }];
  });
}

/**
 * The milliseconds between the later pieces of messages and the pieces before them. A connection acknowledges at once until it has
 * sent data itself: its first message shows nothing.
 */
function laterPieces(record: Passed[], what: "request" | "reply"): number[] {
  /** By connection: whether a message passed, and then one in the other direction. */
  const isAnswered = new Map<number, boolean>();
  return record.flatMap((one) => {
    const known = isAnswered.get(one.connection);
    if (one.what !== what) {
      if (known === false) isAnswered.set(one.connection, true);
      return [];
    }
    isAnswered.set(one.connection, known ?? false);
    return known === true && one.gapMs !== undefined ? [one.gapMs] : [];
  });
}

/** Merges remarks that say the same about both pairs. */
export function merged(remarks: Remark[]): Remark[] {
  const said = new Map<string, Remark>();
  for (const one of remarks) {
    const bare = one.text.replace(/(server|client)[12]/g, "$1");
    const key = `${one.id} ${bare.replace(/\d+/g, "N")}`;
    const known = said.get(key);
    const both = known?.text.replace(/\b(?<role>server|client)1\b/g, "$<role>1 (and $<role>2)");
    said.set(
      key,
      known ? { ...known, text: known.text.includes("(and") ? known.text : both! } : one,
    );
  }
  return [...said.values()];
}
