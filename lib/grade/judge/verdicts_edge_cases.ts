/**
 * Verdicts on Ctrl+D (3a), on two clients (3b) and on a wrong server address (3c).
 *
 * @module
 */
import { evidenceOf } from "./exchange_judgement.ts";
import { failedEnd } from "../read/stack_traces.ts";
import { showScreen } from "../results/quoted_text.ts";
import type { Pair } from "../ask/pair.ts";
import type { CtrlDOutcome, NoServerOutcome, TwoClients } from "../ask/edge_cases.ts";
import type { TwoConnections } from "../ask/two_connections.ts";
import type { Verdict } from "../results/results.ts";
import {
  draft,
  type DraftVerdict,
  noServerVerdict,
  startFailureVerdict,
  undecided,
} from "./draft_verdict.ts";

/** Characters of the end of a screen. */
const SHOWN_END = 300;

/** The edge cases of a pair. */
export interface PairOutcome {
  pair: Pair;
  /** Two clients at once; absent if not tested, as are the other outcomes. */
  twoClients?: Omit<TwoClients, "client"> | TwoConnections | undefined;
  ctrlD?: CtrlDOutcome | undefined;
  noServer?: NoServerOutcome | undefined;
}

const WORST: Verdict[] = ["wrong", "part", "look", "right", "not run", "absent"];

function worse(verdicts: DraftVerdict[]): DraftVerdict {
  return verdicts.sort((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict))[0];
}

/** The verdict where a pair's client was not tested. */
function noClientVerdict({ pair }: PairOutcome): DraftVerdict {
  const name = `client${pair.number}`;
  if (!pair.clientProgram) return draft("absent", `There is no ${name}.`);
  const failure = pair.clientFailure;
  if (failure) return startFailureVerdict(name, failure);
  const why = `${name} could not be tried: none of its texts was answered.`;
  return undecided("no text was answered", why);
}

/** The worse verdict of the pairs that were tested; if none was, the reason. */
function overall(
  around: PairOutcome[],
  say: (one: PairOutcome) => DraftVerdict | undefined,
): DraftVerdict {
  const said = around.map(say);
  const known = said.filter((one) => one !== undefined);
  if (known.length > 0) return worse(known);
  const why = around.map(noClientVerdict);
  return why.find(({ verdict }) => verdict !== "absent") ?? why[0];
}

/** 3a: Ctrl+D. The first client decides; if the second one differs, the sentence says so. */
export function ctrlDVerdict(around: PairOutcome[]): DraftVerdict {
  const said = around.map(clientCtrlDVerdict);
  const [first, second] = said.filter((one) => one !== undefined);
  if (!first) return overall(around, () => undefined);
  if (!second || second.verdict === first.verdict) return first;
  const other = second.why || "The second client ends as it should.";
  return { ...first, why: `${first.why} The two pairs differ: ${other}`.trim() };
}

function clientCtrlDVerdict({ pair, ctrlD }: PairOutcome): DraftVerdict | undefined {
  if (!ctrlD) return undefined;
  const [client, server] = [`client${pair.number}`, `server${pair.number}`];
  const say = (verdict: Verdict, why: string, expected: string) =>
    draft(verdict, why, { typed: "Ctrl+D", shown: showScreen(ctrlD.shown), expected });
  if (!ctrlD.ended) {
    return say("wrong", `${client} does not end at Ctrl+D.`, "the client ends");
  }
  if (ctrlD.server === "dead") {
    const why = `After ${client} has left, ${server} still runs but answers no client.`;
    return say("wrong", why, `${server} ends or serves the next client`);
  }
  if (ctrlD.trace !== undefined) {
    const why = `At Ctrl+D ${client} ${failedEnd(ctrlD.trace)}.`;
    return say("part", why, "the client ends without an error");
  }
  if (ctrlD.serverTrace !== undefined) {
    const { serverTrace, serverShown = "" } = ctrlD;
    const why = `When ${client} leaves by Ctrl+D, ${server} ${failedEnd(serverTrace)}.`;
    const said = say("part", why, `${server} ends in order, or serves the next client`);
    return { ...said, evidence: [{ ...said.evidence[0], shown: showScreen(serverShown) }] };
  }
  return draft("right");
}

/** 3b: two clients. */
export function twoClientsVerdict(around: PairOutcome[]): DraftVerdict {
  if (around.length > 0 && around.every(({ pair }) => !pair.serverProgram)) {
    const servers = around.map(({ pair }) => `no server${pair.number}`).join(" and ");
    return draft("absent", `There is ${servers} that two clients could use.`);
  }
  const failed = around.map(({ pair }) => pair.serverProgram && noServerVerdict(pair))
    .find((one) => one?.verdict === "wrong");
  if (failed && around.every(({ twoClients }) => !twoClients)) return failed;
  return overall(around, ({ pair, twoClients }) => {
    if (!twoClients) return undefined;
    const server = `server${pair.number}`;
    const { first, firstShown } = twoClients;
    const { isSilent, trace } = "isSilent" in twoClients ? twoClients : {};
    const evidence = first
      ? evidenceOf(pair.conversion, first)
      : { shown: showScreen(firstShown?.slice(-SHOWN_END) ?? ""), expected: "another answer" };
    if (trace !== undefined) {
      const why = `${server} ends at its first client, and serves no second one: ${trace}.`;
      return draft("wrong", why, evidence);
    }
    if (!twoClients.firstServed) {
      return draft(
        "wrong",
        twoClients.second === "served"
          ? `The second client cuts off the first: ${server} ${
            isSilent ? "closes its connection" : "no longer answers the first"
          }.`
          : `Once a second client has connected, ${server} answers neither.`,
        evidence,
      );
    }
    return draft(
      "right",
      {
        served: isSilent
          ? `${server} answers no client, but a second one leaves the first connected.`
          : `${server} serves both clients.`,
        waits: `The second client of ${server} waits${
          twoClients.servedLater
            ? " until the first has left"
            : "isSilent" in twoClients
            ? ""
            : ", and gets no answer once the first has left"
        }.`,
        refused: `The second client of ${server} is refused.`,
      }[twoClients.second],
    );
  });
}

/** 3c: a wrong address. */
export function wrongAddressVerdict(around: PairOutcome[]): DraftVerdict {
  const one = around.find(({ noServer }) => noServer !== undefined);
  if (!one) return overall(around, () => undefined);
  const client = `client${one.pair.number}`;
  const { ended, trace, shown, typed, answered, isBack } = one.noServer!;
  const say = (verdict: Verdict, what: string) =>
    draft(verdict, `Without a server at its address ${client} ${what}.`, {
      shown: showScreen(shown),
      expected: "it ends, and says in a sentence why",
    });
  if (answered) return say("wrong", "shows an answer of its own");
  if (!ended && !isBack) return say("wrong", "does not end");
  if (trace !== undefined) return say("part", failedEnd(trace));
  const usual = one.pair.greeting;
  // The terminal echoes what is typed at the prompt.
  const isSilent = shown.replaceAll(typed, "").split("\n").every((line) =>
    usual.includes(line.trim())
  );
  return isSilent ? say("part", "ends and does not say why") : draft(
    "right",
    isBack ? `Without a server ${client} says why, and prompts again.` : "",
  );
}
