/**
 * What the line's bad behaviour shows of a pair of programs: remarks that teach.
 * They are tried on servers of their own, beside what the verdicts rest on.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { type Asked } from "./pair.ts";
import { judge, type Kind, question, readable, shownPart } from "./answers.ts";
import { evidenceOf, showBytes, showScreen } from "./evidence.ts";
import type { Exchange } from "./client.ts";
import type { Manner } from "./line.ts";
import type { Pair } from "./pair.ts";
import type { Together } from "./partings.ts";
import { Caller, type Recipe, replay } from "./replay.ts";
import type { Evidence, Remark } from "./results.ts";
import type { Server } from "./server.ts";
import { stackTrace } from "./traces.ts";
import { pause } from "./waiting.ts";

const MANY_CLIENTS = 20;
/** A delayed acknowledgement takes 40 ms on Linux; nothing else takes so long on one machine. */
const DELAYED_MS = { min: 34, max: 70 };
const CUT_LIMIT_MS = 2_000;
const SETTLE_MS = 200;
const RUBBISH = new Uint8Array(64).map((_, i) => (i * 37 + 129) % 256);
/** As long as a terminal's line may be, for what is typed. */
const LONG_LETTERS: Record<Kind, number> = { 1: 3_000, 2: 440 };

/** What stands behind most of them. */
const STREAM = "TCP carries a stream of bytes, not messages, and one recv brings whatever has come";

function remark(id: string, text: string, ...evidence: Evidence[]): Remark {
  return { id, text, evidence };
}

/** All remarks on a pair. */
export async function remarksOn(pair: Pair, signal?: AbortSignal): Promise<Remark[]> {
  if (!pair.recipe || !pair.listening) return [];
  const groups = [onReplay, onTyping, onManners].map(async (group) => {
    const server = await pair.listening!.another(pair.place);
    if (!server) return [];
    try {
      return await group(pair, server, signal);
    } finally {
      await server.close();
    }
  });
  const remarks = (await Promise.all(groups)).flat();
  return [...delays(pair), ...remarks];
}

/** What two clients at once have shown. */
export function onTogether({ kind }: Pair, together?: Together): Remark[] {
  return together?.second === "waits" && together.firstServed
    ? [remark(
      "silent-client",
      `server${kind} serves one client at a time: whoever connects and says nothing keeps all ` +
        "others waiting. Serve each client in a thread, process or task of its own.",
    )]
    : [];
}

/** Whether a replayed request was answered rightly, as it was when its client sent it. */
function isAnswered(pair: Pair, { text }: Recipe, received: Uint8Array): boolean {
  const usual = pair.asked.find((e) => e.text === text)!;
  const known = judge(pair.kind, text, readable(usual.received)).verdict;
  return judge(pair.kind, text, readable(received)).verdict === known;
}

/** What the client once sent is sent again, not as the client did. */
async function onReplay(pair: Pair, server: Server, signal?: AbortSignal): Promise<Remark[]> {
  const { kind } = pair;
  const recipe = pair.recipe!;
  const name = `server${kind}`;
  const remarks: Remark[] = [];
  const last = recipe.steps.at(-1)!;
  const fresh = async () => !signal?.aborted && await server.ensure();
  const evidence = (received: Uint8Array, expected: string): Evidence => ({
    sent: showBytes(concat(recipe.steps)),
    received: showBytes(received),
    expected,
  });
  const { expected } = question(kind, recipe.text);
  if (await fresh()) {
    const received = await replay(server.dial, recipe, true);
    if (!isAnswered(pair, recipe, received)) {
      remarks.push(remark(
        "one-byte-pieces",
        `${name} does not understand a request whose bytes arrive one at a time. ${STREAM}: ` +
          "gather bytes until the message is whole.",
        evidence(received, expected),
      ));
      await server.restart();
    }
  }
  if (
    !recipe.ends && pair.asked.some(({ first, answered }) => !first && answered) && await fresh()
  ) {
    const glued = { ...recipe, steps: [...recipe.steps.slice(0, -1), concat([last, last])] };
    const received = await replay(server.dial, glued);
    const bare = (from: string) => from.replace(/[^\p{L}\p{N}]/gu, "");
    const count = bare(readable(received)).split(bare(expected)).length - 1;
    if (count < 2 && isAnswered(pair, recipe, await replay(server.dial, recipe))) {
      remarks.push(remark(
        "glued-requests",
        `${name} does not answer both of two requests that arrive together. ${STREAM}: ` +
          "take one message off what has come, and keep the rest for the next.",
        evidence(received, "two answers"),
      ));
      await server.restart();
    }
  }
  for (
    const [id, bytes, what] of [
      ["rubbish", RUBBISH, "a stranger has sent it rubbish and left"],
      [
        "cut-request",
        last.slice(0, Math.ceil(last.length / 2)),
        "a client left in the middle of a request",
      ],
    ] as const
  ) {
    if (!await fresh()) break;
    const caller = await Caller.connect(server.dial);
    await caller?.send(bytes);
    await pause(SETTLE_MS);
    caller?.close();
    await pause(SETTLE_MS);
    const trace = stackTrace(server.running.screen, server.running.exit);
    const isOver = !server.alive && trace !== undefined;
    const answered = server.alive && isAnswered(pair, recipe, await replay(server.dial, recipe));
    if (!isOver && (answered || !server.alive)) continue;
    remarks.push(remark(
      id,
      `${name} serves nobody any more once ${what}${trace ? ` (${trace})` : ""}. ` +
        "Catch what goes wrong with one client where it is served, and go on with the next.",
      { sent: showBytes(bytes), shown: showScreen(server.running.screen.slice(-300)) },
    ));
    await server.restart();
  }
  if (await fresh()) remarks.push(...await manyAtOnce(pair, server, recipe));
  return remarks;
}

async function manyAtOnce(pair: Pair, server: Server, recipe: Recipe): Promise<Remark[]> {
  // One that serves one client at a time cannot, and is told so elsewhere.
  const idle = await Caller.connect(server.dial);
  await pause(SETTLE_MS);
  const isParallel = isAnswered(pair, recipe, await replay(server.dial, recipe));
  idle?.close();
  if (!isParallel) return [];
  const all = await Promise.all(
    Array.from({ length: MANY_CLIENTS }, () => replay(server.dial, recipe)),
  );
  const count = all.filter((received) => isAnswered(pair, recipe, received)).length;
  return count === MANY_CLIENTS ? [] : [remark(
    "twenty-at-once",
    `Of ${MANY_CLIENTS} clients at once server${pair.kind} answered ${count}. What is shared ` +
      "between clients, a variable or a short queue of connections, must not mix them up.",
  )];
}

/** Lines that are not often typed. */
async function onTyping(pair: Pair, server: Server, signal?: AbortSignal): Promise<Remark[]> {
  const { kind, texts } = pair;
  const remarks: Remark[] = [];
  const long = texts.word(LONG_LETTERS[kind]);
  const lines: [id: string, text: string, what: string, advice: string][] = [
    [
      "spaces",
      `  ${texts.word(4)}  `,
      "spaces at the ends of a text",
      "do not strip what was typed",
    ],
    [
      "not-ascii",
      "héllo 🙂",
      "letters beyond ASCII",
      "convert the text to bytes (UTF-8) first and count bytes, not characters",
    ],
    [
      "long-text",
      long,
      `a text of ${long.length} letters`,
      "receive until the message is whole: one recv into a buffer of fixed size cuts it off",
    ],
  ];
  const usual = pair.asked.find(({ answered }) => answered)!;
  if (!isRight(kind, usual)) return []; // what is wrong anyway has its verdict
  let client = await pair.startClient(server.dial);
  for (const [id, text, what, advice] of lines) {
    if (signal?.aborted) return remarks;
    if (client.over) {
      await client.close();
      if (!await server.ensure()) return remarks;
      client = await pair.startClient(server.dial);
    }
    const e = await client.ask(text);
    if (isRight(kind, e)) continue;
    const short = { ...e, typed: e.typed.slice(0, 80), shown: e.shown.slice(0, 200) };
    remarks.push(remark(
      id,
      `client${kind} and server${kind} do not get ${what} right; ${advice}.`,
      evidenceOf(kind, short, question(kind, text).expected.slice(0, 200)),
    ));
    await client.close();
    await server.restart();
    client = await pair.startClient(server.dial);
  }
  if (!client.over && !signal?.aborted) {
    const shown = await client.say("");
    const e = client.over ? undefined : await client.ask(texts.word(5));
    if (e && !e.answered && !client.over) {
      remarks.push(remark(
        "empty-line",
        `After an empty line client${kind} hangs: nothing was sent, and it waits for an answer ` +
          "to it. Ask again instead, or frame messages so that an empty one is one too.",
        { typed: "", sent: showBytes(e.sent), shown: showScreen(shown + e.shown) },
      ));
    }
  }
  await client.close();
  return remarks;
}

function isRight(kind: Kind, e: Exchange): boolean {
  const reply = readable(e.received);
  if (kind === 2) return reply.includes(e.text);
  // A separator that is not the usual one has its verdict; here the bits alone count.
  const bare = (from: string) => from.replace(/[^01]/g, "");
  return bare(reply).includes(bare(question(kind, e.text).expected));
}

/** Replies that come as they may. */
async function onManners(pair: Pair, server: Server, signal?: AbortSignal): Promise<Remark[]> {
  const { kind } = pair;
  const remarks: Remark[] = [];
  const manners: [manner: Manner, id: string, what: string][] = [
    [
      "one byte at a time",
      "reply-in-pieces",
      `shows only a part of a reply whose bytes arrive one at a time. ${STREAM}: receive until the reply is whole.`,
    ],
    [
      "late",
      "late-reply",
      "does not show a reply that is a second late. Wait for it, and say so while waiting.",
    ],
  ];
  for (const [manner, id, what] of manners) {
    if (signal?.aborted || !await server.ensure()) return remarks;
    const client = await pair.startClient(server.dial);
    client.line.manner = manner;
    const e = await client.ask(pair.texts.word(7));
    await client.close();
    if (!e.answered || shownPart(kind, e.text, e.received, e.shown) === "all") continue;
    remarks.push(remark(id, `client${kind} ${what}`, evidenceOf(kind, e)));
  }
  if (signal?.aborted || !await server.ensure()) return remarks;
  const client = await pair.startClient(server.dial);
  client.line.manner = "cut";
  const e = await client.ask(pair.texts.word(7));
  if (!client.over) await client.say(pair.texts.word(3));
  const ended = await client.running.endsWithin(CUT_LIMIT_MS);
  const { screen, exit } = client.running;
  await client.close();
  const trace = stackTrace(screen, exit);
  if (e.answered && (!ended || trace !== undefined)) {
    remarks.push(remark(
      "cut-reply",
      ended
        ? `client${kind} ends in a stack trace when the server is gone in the middle of a reply: ${trace}. ` +
          "Catch that, and say it in a sentence."
        : `client${kind} goes on as if nothing had happened when the server is gone in the middle ` +
          "of a reply. A recv that brings nothing means the end of the connection.",
      { typed: e.typed, received: showBytes(e.received), shown: showScreen(e.shown) },
    ));
  }
  return remarks;
}

/** Two writes for a message, and Nagle's algorithm between them. */
function delays({ kind, asked, passed }: Pair): Remark[] {
  const slow = new Map<string, number[]>();
  for (const record of passed) {
    for (let i = 1; i < record.length; i++) {
      const [before, one] = [record[i - 1], record[i]];
      const wait = one.at - before.at;
      const inPieces = one.what === before.what && one.connection === before.connection;
      if (!inPieces || !(one.what === "request" || one.what === "reply")) continue;
      if (wait < DELAYED_MS.min || wait > DELAYED_MS.max || one.bytes.length === 0) continue;
      slow.set(one.what, [...slow.get(one.what) ?? [], wait]);
    }
  }
  return [...slow].filter(([, waits]) => waits.length >= 2).map(([what, waits]) => {
    const name = what === "request" ? `client${kind}` : `server${kind}`;
    const mean = Math.round(waits.reduce((a, b) => a + b) / waits.length);
    const e = asked.find((one: Asked) => one.answered);
    return remark(
      "delayed-writes",
      `${name} loses ${mean} ms in an exchange: it writes a message in two pieces, and the system ` +
        "holds the second back until the first is acknowledged (Nagle's algorithm). Write a message " +
        "at once, or set TCP_NODELAY.",
      ...e ? [{ sent: showBytes(e.sent), received: showBytes(e.received) }] : [],
    );
  });
}
