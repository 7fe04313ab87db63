/**
 * The servers' craft: what no question asks, and every server should do.
 *
 * @module
 */
import { type Check, Failed } from "./check.ts";
import {
  BEYOND_ASCII,
  EXAMPLE,
  LONG_TEXT,
  LONG_TEXT_TIMES,
  LONG_TEXT_UNIT,
  type Pair,
  PAIRS,
  randomText,
} from "./exchanges.ts";
import { frame, type HeaderForm, lengthBytes, showBytes, showText } from "./frames.ts";
import { median, tooSlow } from "./latency.ts";
import { concat } from "@std/bytes";
import { LAST_WORDS_MS } from "./transcripts.ts";
import { assertRight, assertUsual, assertUsualLength } from "./usual.ts";
import { pause } from "./waiting.ts";

const FRAMES_IN_ONE = 20;
const PIECE_PAUSE_MS = 2;
const TIMED_EXCHANGES = 15;

/** What is wrong with each wrong way to write a length. */
const FORM_HINTS: Record<HeaderForm, string> = {
  "big-endian":
    "The length counts the bytes that follow, not the characters, and nothing else may follow.",
  "byte-swapped":
    'The bytes are swapped, as "hi lo 00 00": struct.pack("i", socket.htons(n)) swaps 16 bits and packs 32. Write struct.pack("!I", n).',
  "little-endian":
    'The lowest byte comes first, as this machine keeps it in memory. Network order is big-endian: struct.pack("!I", n), htonl(n).',
};

function craft(pair: Pair): Check[] {
  const { server: program, question, about, bad } = pair;
  const common = { program, needs: `${question}-replies` };
  const name = (what: string) => `craft-${program}-${what}`;
  return [
    {
      ...common,
      id: name("header"),
      description: `${program} writes a reply's length as 4 bytes, big-endian`,
      hint: FORM_HINTS["big-endian"],
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const { header, form, payload } = await peer.ask(about(EXAMPLE));
        const right = lengthBytes(payload.length);
        if (showBytes(header) !== showBytes(right)) {
          throw new Failed(
            form === "big-endian" ? "the reply's length is wrong" : `the reply's length is ${form}`,
            {
              expected: `${showBytes(right)} before ${payload.length} bytes of reply`,
              actual: showBytes(header),
              hint: FORM_HINTS[form],
            },
          );
        }
        return `${showBytes(header)} before ${payload.length} bytes`;
      },
    },
    {
      ...common,
      id: name("one-frame-in-pieces"),
      description: `${program} puts a message together that comes byte by byte`,
      hint:
        "One read may bring any part of a message: read on until as many bytes are there as the length says, and four for the length itself.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const exchange = about("pieces");
        const bytes = frame(exchange.request);
        for (let i = 0; i < bytes.length; i++) {
          await peer.send(bytes.subarray(i, i + 1));
          await pause(PIECE_PAUSE_MS);
        }
        await assertUsual(lab, pair, [await peer.replyTo(exchange)]);
        return `${bytes.length} bytes, one at a time, are one message`;
      },
    },
    {
      ...common,
      id: name("many-frames-in-one-piece"),
      description: `${program} answers each of many messages that come at once`,
      hint:
        "One read may bring several messages: take exactly as many bytes as the length says, keep the rest for the next message.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const exchanges = Array.from(
          { length: FRAMES_IN_ONE },
          () => about(randomText()),
        );
        await peer.send(concat(exchanges.map(({ request }) => frame(request))));
        const heard = [];
        for (const exchange of exchanges) heard.push(await peer.replyTo(exchange));
        await assertUsual(lab, pair, heard);
        return `${FRAMES_IN_ONE} messages in one write, ${FRAMES_IN_ONE} replies in order`;
      },
    },
    {
      ...common,
      id: name("100000-letters"),
      description: `${program} answers a message about ${LONG_TEXT.length} letters`,
      hint:
        "A long message comes in many pieces and goes in many: loop over recv, use sendall, and four bytes for the length.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const heard = await peer.ask(about(LONG_TEXT));
        await assertUsualLength(lab, pair, heard, LONG_TEXT_UNIT, LONG_TEXT_TIMES);
        return `${heard.request.length} bytes are answered with ${heard.payload.length}`;
      },
    },
    {
      ...common,
      id: name("beyond-ascii"),
      description: `${program} handles text beyond ASCII as UTF-8`,
      hint:
        "Count and convert bytes, not characters: encode the text as UTF-8 first, then take its length.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        for (const text of [BEYOND_ASCII, "abc"]) {
          await assertRight(lab, pair, await peer.ask(about(text)));
        }
        return `${showText(BEYOND_ASCII)}, each character as its UTF-8 bytes`;
      },
    },
    {
      ...common,
      id: name("bad-input"),
      description: `${program} survives what has no answer: ${bad.what}`,
      hint:
        "Catch the failure, reply with a sentence that says what is wrong, and go on with the next message.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        await peer.send(frame(bad.payload));
        const { text } = await peer.reply();
        await assertUsual(lab, pair, [await peer.ask(about(randomText()))]);
        return `${bad.what}: ${showText(text)}, and the session goes on`;
      },
    },
    {
      ...common,
      id: name("half-close"),
      description: `${program} answers a client that has ended its sending side`,
      hint:
        "The end of what a client sends is not the end of its reading: answer what came before, then close.",
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const exchange = about(randomText());
        await peer.send(frame(exchange.request));
        await peer.closeWrite();
        await assertUsual(lab, pair, [await peer.replyTo(exchange)]);
        return "the reply comes after the end of the client's stream";
      },
    },
    {
      ...common,
      id: name("transcript"),
      description: `${program} shows what it received and sent`,
      hint: 'Print "Received: …" and "Sent: …" for each message, and flush.',
      run: async (lab) => {
        const server = await lab.server(program);
        const peer = await lab.connect(server);
        const { request, text: reply } = await peer.ask(about(randomText()));
        peer.close();
        const { stdout } = server.program;
        await server.program.ended(LAST_WORDS_MS);
        for (const text of [request, reply.trimEnd()]) {
          if (!stdout.text.includes(text)) {
            throw new Failed("a text is missing in the transcript", {
              expected: `${showText(text)} on stdout`,
              actual: showText(stdout.text),
            });
          }
        }
        return "the request and the reply are on stdout";
      },
    },
    {
      ...common,
      id: name("latency"),
      description: `${program} answers within 20 ms`,
      hint: "Find out what the server waits for.",
      alone: true,
      run: async (lab) => {
        const peer = await lab.connect(await lab.server(program));
        const times = [];
        for (let i = 0; i < TIMED_EXCHANGES; i++) {
          const exchange = about(randomText());
          const since = performance.now();
          await peer.ask(exchange);
          times.push(performance.now() - since);
        }
        return tooSlow(median(times), "from a request to its reply");
      },
    },
  ];
}

/** The servers' craft. */
export const SERVER_CRAFT: Check[] = PAIRS.flatMap(craft);
