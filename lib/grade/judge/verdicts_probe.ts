/**
 * Verdicts on programs that the grader could not ask through their partners: a server that it asked
 * without a client, and a client that asks for a password.
 *
 * @module
 */
import { concat, equals } from "@std/bytes";
import { judgeBytes } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { WHY } from "../read/judgement.ts";
import { stackTrace } from "../read/stack_traces.ts";
import type { Pair } from "../ask/pair.ts";
import type { Probe } from "../ask/replay.ts";
import { IN_USE } from "../ask/server_search.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import type { Evidence } from "../results/results.ts";
import { draft, type DraftVerdict, undecided } from "./draft_verdict.ts";
import { evidenceOf, judgeExchange } from "./exchange_judgement.ts";

/** The cause of looks at a program whose partner does not work. */
export const NO_PARTNER = "a server, or a client, has no partner that works";
/** The cause of looks at answers that a program gives without converting anything. */
export const SAME_TEXT = "the right answer equals the text";

/** The verdict on a server that does not read the whole of a long text; undefined if it does. */
export function shortTextsVerdict(
  { number, conversion, longProbe }: Pair,
): DraftVerdict | undefined {
  const judged = longProbe && judgeBytes(conversion, longProbe.text, longProbe.received);
  if (!longProbe || !judged || !["part", "wrong"].includes(judged.verdict)) return undefined;
  const why = `server${number}'s answer is right for short texts only: here ${judged.why}.`;
  return draft("part", why, probeEvidence(conversion, longProbe));
}

function probeEvidence(conversion: Conversion, { text, sent, received }: Probe): Evidence {
  const expected = conversion.answer(text);
  return { sent: showBytes(sent), received: showBytes(received), expected };
}

/** The verdict on a server that its client could not ask, from the grader's own requests. */
export function byProbe(pair: Pair): DraftVerdict {
  const { number, conversion, probe } = pair;
  const name = `server${number}`;
  const e = pair.exchanges.find(({ sent }) => sent.length > 0);
  if (probe) {
    const { verdict, why } = judgeBytes(conversion, probe.text, probe.received);
    const evidence = probeEvidence(conversion, probe);
    if (verdict === "right") return shortTextsVerdict(pair) ?? draft("right");
    if (verdict === "part") return draft("part", `In ${name}'s answer ${why}.`, evidence);
    // The grader guessed the frame: only a known fault of a conversion is the server's.
    if (verdict === "wrong" && conversion.form === "bytes" && why !== WHY.other) {
      return draft("wrong", `${name}'s answer is wrong: ${why}.`, evidence);
    }
  }
  const runs = pair.runs(name);
  if (!pair.runner.sandboxed && runs.some(({ screen }) => IN_USE.test(screen))) {
    return draft("not run", `${name} cannot be started twice here: its port is in use.`);
  }
  const trace = runs.map(({ screen, exit }) => stackTrace(screen, exit)).find(Boolean);
  const said = trace === undefined ? "" : ` (${trace})`;
  const option = untriedOption(pair);
  if (e && option !== undefined) {
    const why = `${name} answers nothing that it is sent; its usage message has the option ` +
      `${option}: lab.json can say how it is started: ${pair.serverSearch!.labLine}`;
    return undecided("an option may switch the answers on", why, [evidenceOf(conversion, e)]);
  }
  if (e) {
    return draft(
      "wrong",
      `${name} answers nothing that it is sent${said}.`,
      evidenceOf(conversion, e),
    );
  }
  if (trace !== undefined) {
    // The grader guessed what to send: another request may be answered.
    const shown = showScreen(runs.find(({ screen, exit }) => stackTrace(screen, exit))!.screen);
    const why =
      `${name} listens, and ends at what the grader sends${said}: ask it with its own client.`;
    return undecided(NO_PARTNER, why, [{ shown }]);
  }
  return undecided(
    NO_PARTNER,
    `${name} listens, but no client asks it, and it does not answer the usual requests of the grader.`,
  );
}

/** An option of a server's usage message that its launch does not have. */
function untriedOption({ serverSearch, listening }: Pair): string | undefined {
  const options = serverSearch?.usage?.match(/(?<=\[\s?)-{1,2}(?!h\b|-?help)[a-z][\w-]*/gi) ?? [];
  return options.find((option) => !listening?.launch.words.includes(option));
}

/** The verdict on a client without the line end that its server waits for; undefined if it sends one. */
export function lineEndVerdict(
  { number, conversion, exchanges, probe }: Pair,
): DraftVerdict | undefined {
  const e = exchanges.find(({ sent, answered }) => sent.length > 0 && !answered);
  if (!e || !probe || judgeBytes(conversion, probe.text, probe.received).verdict !== "right") {
    return undefined;
  }
  if (
    e.sent.at(-1) === LINE_FEED || !equals(probe.sent, concat([e.sent, Uint8Array.of(LINE_FEED)]))
  ) {
    return undefined;
  }
  const why =
    `client${number} sends the text without the line end that server${number} waits for, ` +
    "and gets no answer.";
  return draft("wrong", why, evidenceOf(conversion, e));
}

const LINE_FEED = 10;
const PASSWORD =
  /(?:passw|passphrase|contraseñ|senha|mot de passe|parola|пароль|密码|パスワード)[^\n]{0,40}[:?>]/i;

/** The verdict where a client asks for a password that is not known; undefined if it asks for none. */
export function passwordVerdict(
  { number, conversion, exchanges, greeting }: Pair,
): DraftVerdict | undefined {
  const asks = exchanges.find(({ shown }) => PASSWORD.test(greeting) || PASSWORD.test(shown));
  const isRight = exchanges.some((e) =>
    ["right", "part"].includes(judgeExchange(conversion, e).verdict)
  );
  if (!asks || isRight) return undefined;
  const name = `client${number}`;
  const line = JSON.stringify({ [name]: { type: ["USER", "PASSWORD", "{text}"] } });
  const why = `${name} asks for a password; lab.json can say what is typed: ${line}`;
  return undecided("a password is not known", why, [evidenceOf(conversion, asks)], line);
}
