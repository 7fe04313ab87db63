/**
 * The grader's stand-in: a server for a client whose own server is missing or broken. It guesses
 * the frame of the reply from the request: a client that does not show the answer is a `look`.
 *
 * @module
 */
import { concat, equals, indexOfNeedle } from "@std/bytes";
import { utf8Bytes } from "../../wire/text.ts";
import type { Conversion } from "../read/conversions.ts";
import { closeQuietly, type Dial, writeAll } from "../sandbox/recording_proxy.ts";

/** A client that sends more without the text is cut off: each piece is searched with all before it. */
const MAX_REQUEST_BYTES = 256 * 1024;
/** A length before a message is in its first bytes. */
const MAX_HEADER_BYTES = 20;

/**
 * Starts a stand-in that answers one text.
 *
 * @param given Its answer, if not the right one.
 */
export function startStandIn(
  conversion: Conversion,
  text: string,
  given?: string,
): { dial: Dial; close(): void } {
  const typed = conversion.typed(text);
  const expected = given ?? conversion.answer(text);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const serve = async () => {
    for (;;) {
      let conn: Deno.Conn;
      try {
        conn = await listener.accept();
      } catch {
        return; // closed
      }
      connections.push(conn);
      answer(conn, typed, expected).catch(() => {});
    }
  };
  serve();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    dial: () => Deno.connect({ hostname: "127.0.0.1", port }),
    close: () => [listener, ...connections].forEach(closeQuietly),
  };
}

async function answer(conn: Deno.Conn, typed: string, expected: string): Promise<void> {
  const buffer = new Uint8Array(16_384);
  let gathered = new Uint8Array(0);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return closeQuietly(conn); // a client may wait for the end of the stream
    gathered = concat([gathered, buffer.slice(0, length)]);
    const reply = replyTo(gathered, typed, expected);
    if (!reply && gathered.length > MAX_REQUEST_BYTES) return closeQuietly(conn);
    if (!reply) continue;
    gathered = new Uint8Array(0);
    await writeAll(conn, reply);
  }
}

/** A reply in the frame of the request; undefined until the request holds the whole text. */
export function replyTo(
  request: Uint8Array,
  typed: string,
  expected: string,
): Uint8Array<ArrayBuffer> | undefined {
  const asked = utf8Bytes(typed);
  const at = indexOfNeedle(request, asked);
  if (at < 0) return undefined;
  const before = request.slice(0, at);
  const after = request.slice(at + asked.length);
  const body = utf8Bytes(expected);
  const head = headerFor(before, asked.length, body.length);
  const padded = after.length > 8 && after.every((byte) => byte === 0);
  const reply = concat([head ?? before, body, padded ? new Uint8Array(0) : after]);
  return head ? reply : withLength(request, at, reply) ?? reply;
}

/**
 * A reply with the length of all that follows at its start, as the request has it: JSON after its
 * length. Undefined if the request has no such length.
 *
 * @param at Where the text begins in the request.
 */
function withLength(
  request: Uint8Array,
  at: number,
  reply: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | undefined {
  for (let end = 1; end <= Math.min(at, MAX_HEADER_BYTES); end++) {
    const head = headerFor(request.slice(0, end), request.length - end, reply.length - end);
    if (head) return concat([head, reply.slice(end)]);
  }
  return undefined;
}

/**
 * A request for another text in the frame of a known one: a header with the length, a block of
 * fixed size, or nothing beside the text. Undefined if the frame is none of these.
 *
 * @param others All requests of the client: a block has the same header for each text.
 */
export function frameAs(
  request: Uint8Array,
  typed: string,
  other: string,
  others: Uint8Array[] = [],
): Uint8Array<ArrayBuffer> | undefined {
  const at = indexOfNeedle(request, utf8Bytes(typed));
  const isBlock = at > 0 && others.length > 1 &&
    others.every((one) =>
      one.length === request.length && equals(one.slice(0, at), request.slice(0, at))
    );
  const isKnown = at === 0 || isBlock ||
    at > 0 && headerFor(request.slice(0, at), utf8Bytes(typed).length, 0) !== undefined ||
    withLength(request, at, new Uint8Array(at)) !== undefined;
  const framed = isKnown ? replyTo(request, typed, other) : undefined;
  if (!framed) return undefined;
  return concat([framed, new Uint8Array(Math.max(0, request.length - framed.length))]);
}

/** A length in digits: padded with blanks or zeros, and perhaps with a line end or a colon. */
const DIGITS_HEADER = /^( *)(\d+)( *)([^\d ]*)$/;

/** A header with its length field replaced; undefined if it holds no such length. */
function headerFor(
  before: Uint8Array<ArrayBuffer>,
  length: number,
  replyLength: number,
): Uint8Array<ArrayBuffer> | undefined {
  const [, left = "", digits = "", right = "", end = ""] =
    new TextDecoder().decode(before).match(DIGITS_HEADER) ?? [];
  if (digits !== "" && Number(digits) === length) {
    const width = left.length + digits.length + right.length;
    const isZeroPadded = digits.length > `${length}`.length;
    const field = isZeroPadded
      ? left + `${replyLength}`.padStart(digits.length, "0") + right
      : left === ""
      ? `${replyLength}`.padEnd(right === "" ? 0 : width)
      : `${replyLength}`.padStart(width);
    return utf8Bytes(field + end);
  }
  for (const size of [8, 4, 2, 1]) {
    if (before.length < size) continue;
    const at = before.length - size;
    for (const little of [false, true]) {
      // A field of four bytes may be a length of two bytes and two zeros.
      for (const width of [size, ...size === 4 ? [2] : []]) {
        const header = before.slice();
        header.fill(0, at);
        write(header, at, width, length, little);
        if (header.every((byte, i) => byte === before[i])) {
          header.fill(0, at);
          write(header, at, width, replyLength, little);
          return header;
        }
      }
    }
  }
  return undefined;
}

function write(to: Uint8Array, at: number, width: number, value: number, little: boolean): void {
  for (let i = 0; i < width; i++) {
    const shift = little ? i : width - 1 - i;
    to[at + i] = Math.floor(value / 256 ** shift) % 256;
  }
}
