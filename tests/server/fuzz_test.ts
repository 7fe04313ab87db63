/**
 * Fault 28: frames of random length, status and bytes, and the correct replies. `FUZZ_SEED` and
 * `FUZZ_FRAMES` set the frames:
 *
 * ```sh
 * FUZZ_SEED=7 FUZZ_FRAMES=1000000 deno test --allow-all tests/server/fuzz_test.ts
 * ```
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { MAX_BINARY_BYTES, MAX_TEXT_BYTES } from "../../lib/wire/codec.ts";
import { LINUX, mebibytes, scenario, stops, times } from "../faults.ts";
import { bytes, digits, type Frame, RunningServer, startServer, text } from "../harness.ts";

const SEED = Number(Deno.env.get("FUZZ_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
const FRAMES = Number(Deno.env.get("FUZZ_FRAMES") ?? 100_000);
/** Clients at once to each server. */
const CLIENTS = 4;

/** Pseudo-random numbers, the same for the same seed (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below - 1`. */
  below(below: number): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let t = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    t ^= t + Math.imul(t ^ t >>> 7, 61 | t);
    return Math.floor(((t ^ t >>> 14) >>> 0) / 2 ** 32 * below);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** `count` texts, joined. */
  text(count: number, one: () => string): string {
    let all = "";
    for (let i = 0; i < count; i++) all += one();
    return all;
  }
}

// The correct replies, from a plain model of each server.

/** A message's reply as text; null if it must be an error. */
type Model = (message: Uint8Array) => string | null;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

const modelOf1: Model = (message) => {
  const text = decoded(message);
  return text === null ? null : digits(text);
};

const modelOf2: Model = (message) => {
  const text = decoded(message);
  if (text === null) return null;
  const bytes = [];
  for (const group of text.split(/[\s\u0085]+/).filter((group) => group !== "")) {
    if (!/^([01]{1,8}|([01]{8})+)$/.test(group)) return null;
    for (let i = 0; i < group.length; i += 8) bytes.push(parseInt(group.slice(i, i + 8), 2));
  }
  return decoded(Uint8Array.from(bytes));
};

/** The correct replies to a stream: a message's text, or null for an error frame. */
function modelReplies(sent: Uint8Array, model: Model, maxBytes: number) {
  const replies: (string | null)[] = [];
  let closed = false; // whether the server must report the reason for the end on stderr
  for (let at = 0; at < sent.length;) {
    const header = sent.subarray(at, at + 4);
    const length = header[1] * 65_536 + header[2] * 256 + header[3];
    const fatal = header[0] !== 0 || length > maxBytes; // a short header gives NaN, which is not more
    if (fatal) replies.push(null);
    const truncated = header.length < 4 || sent.length - at - 4 < length;
    closed = fatal || truncated;
    if (closed || length === 0) break;
    replies.push(model(sent.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return { replies, closed };
}

// The frames.

/** A length: one in fifty may be long. */
function randomLength(random: Random): number {
  return random.below(2 ** (1 + random.below(random.below(50) === 0 ? 15 : 8)));
}

const BLANKS = [" ", " ", " ", "  ", "\n", "\t\r\n", "\u0085", "\u3000", "\v"] as const;

function randomPayload(random: Random, forServer2: boolean): Uint8Array {
  const length = randomLength(random);
  const ascii = () => String.fromCharCode(random.below(128));
  const unicode = () => String.fromCodePoint(random.below(random.pick([0x100, 0xd800, 0x110000])));
  const bit = () => random.pick(["0", "1"]);
  const group = () => random.text(1 + random.below(9), bit) + random.pick(BLANKS);
  switch (random.below(8)) {
    case 0:
      return Uint8Array.from({ length }, () => random.below(256));
    case 1:
      return bytes(random.text(length, unicode)); // a lone surrogate becomes U+FFFD here
    case 2:
    case 3:
      return bytes(random.text(length, ascii));
    case 4:
      return bytes(random.text(length >> 3, group));
    case 5:
      return bytes(random.text(length >> 3, () => random.text(8, bit)));
    default: {
      const valid = digits(random.text(length >> 3, random.pick([ascii, unicode])));
      return bytes(forServer2 ? valid.replaceAll(" ", random.pick(BLANKS)) : valid);
    }
  }
}

/** Frames up to one that ends the conversation, or `most`; then bytes that get no reply. */
function randomStream(random: Random, forServer2: boolean, most: number) {
  const pieces: Uint8Array[] = [];
  let frames = 0;
  let over = false;
  while (!over && frames < most) {
    const fate = random.below(150);
    let payload = randomPayload(random, forServer2);
    if (payload.length === 0 && fate > 2) payload = bytes(" "); // otherwise most streams would end with a goodbye
    const header = Uint8Array.of(0, payload.length >> 16, payload.length >> 8, payload.length);
    if (fate === 0) header[0] = random.below(256);
    else if (fate === 1) header[1] = 0x90 + random.below(0x70);
    over = header[0] !== 0 || fate === 1 || payload.length === 0;
    pieces.push(header, payload);
    frames++;
  }
  if (over) pieces.push(randomPayload(random, forServer2));
  const all = concat(pieces);
  // One in three streams ends inside a frame, unless an earlier frame ends the conversation.
  return { frames, bytes: random.below(3) === 0 ? all.subarray(0, -1 - random.below(4)) : all };
}

// The exchange.

/** Sends a stream in pieces, and returns the frames that arrive until the server closes. */
async function converse(
  server: RunningServer,
  sent: Uint8Array<ArrayBuffer>,
  random: Random,
): Promise<Frame[]> {
  using peer = await server.connect();
  const sending = (async () => {
    for (let at = 0; at < sent.length;) {
      const end = at + 1 + random.below(random.pick([8, 1000, 100_000]));
      await peer.send(sent.subarray(at, end));
      at = end;
    }
    await peer.conn.closeWrite();
  })();
  const frames = [];
  for (let frame; (frame = await peer.frame()) !== null;) frames.push(frame);
  await sending;
  return frames;
}

function check(got: Frame[], wanted: (string | null)[]): void {
  for (const [i, { status, payload }] of got.entries()) {
    if (status === 1 && wanted[i] === null) assertMatch(text(payload), /^Cannot \P{Cc}+$/u);
    else assertEquals(status === 0 ? text(payload) : null, wanted[i]);
  }
  assertEquals(got.length, wanted.length);
}

for (
  const [name, model, maxBytes] of [
    ["server1", modelOf1, MAX_TEXT_BYTES],
    ["server2", modelOf2, MAX_BINARY_BYTES],
  ] as const
) {
  scenario(28, `${FRAMES / 2} random frames to ${name} (FUZZ_SEED=${SEED})`, async () => {
    await using server = await startServer(name, ["-M", "-q"]);
    let sentFrames = 0;
    let conversations = 0;
    let closed = 0;
    let before = 0; // MiB after the first tenth of the frames
    await times(CLIENTS, async (client) => {
      const random = new Random(SEED + client);
      const share = FRAMES / 2 / CLIENTS;
      for (let own = 0; own < share;) {
        const { frames, bytes } = randomStream(random, name === "server2", share - own);
        const wanted = modelReplies(bytes, model, maxBytes);
        check(await converse(server, bytes, random), wanted.replies);
        own += frames;
        sentFrames += frames;
        conversations++;
        if (wanted.closed) closed++;
        if (LINUX && before === 0 && sentFrames > FRAMES / 10) {
          before = await mebibytes(server.pid, "VmRSS");
        }
      }
    });
    await server.answers(
      name === "server1" ? "hi" : digits("hi"),
      name === "server1" ? digits("hi") : "hi",
    );
    const grown = LINUX ? await mebibytes(server.pid, "VmRSS") - before : 0;
    console.log(`${conversations} conversations; memory grew by ${grown.toFixed(1)} MiB`);
    assert(grown < 60, `Memory grew by ${grown} MiB`);
    await stops(server, (said) => {
      for (const line of said) assertMatch(line, new RegExp(`^${name}: \\('127`));
      const ends = said.filter((line) => /\): (closed|Cannot)/.test(line));
      assertEquals(ends.length, closed);
    });
  });
}
