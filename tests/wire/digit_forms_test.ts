/**
 * Every valid form of digits is decoded correctly, and about as fast as the usual form.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendText } from "../../lib/wire/codec.ts";
import { DigitsError } from "../../lib/wire/digit_errors.ts";
import { bytes } from "../harness.ts";

const ROUNDS = 400;
const SPACES = [" ", "\t", "\n", "\r\n", "\v", "\f", " ".repeat(100), "\u2003", "\u0085", "\u3000"];

/**
 * The most time that a form may take, as a multiple of the usual form's. The usual form takes 0.14
 * to 0.24 ns a byte and each other form at most 2 ns, which is 6 to 14 times as long. A decoder
 * that reads these forms character by character takes 45 to 170 times as long.
 */
const MAX_RATIO = 20;

/** Random digits in random groups with random white space, and their bytes. */
function randomForm(pick: (below: number) => number): { bits: string; spelt: number[] } {
  const spaces = SPACES.filter(() => pick(3) === 0).concat(SPACES[pick(SPACES.length)]);
  const lengths = Array.from({ length: 1 + pick(4) }, () => pick(4) ? 1 + pick(8) : 8 * pick(40));
  const spelt: number[] = [];
  let bits = "";
  for (let left = 20 + pick(200); left > 0; left--) {
    const length = lengths[pick(lengths.length)];
    let group = "";
    while (group.length < length) group += pick(2);
    for (const byte of group.match(/.{1,8}/g) ?? []) spelt.push(parseInt(byte, 2));
    bits += group + spaces[pick(spaces.length)];
  }
  return { bits: pick(2) ? bits : bits.trimEnd(), spelt };
}

function decoded(bits: Uint8Array): number[] {
  const reply = new ByteBuffer(16);
  appendText(bits, 0, bits.length, reply);
  return [...reply.filled()];
}

Deno.test("A4: appendText decodes random forms of groups and white space", () => {
  let state = Date.now() >>> 0 || 1;
  const seed = state;
  const pick = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const { bits, spelt } = randomForm(pick);
    const all = bytes(bits);
    assertEquals(decoded(all), spelt, `round ${round}, seed ${seed}`);

    if (all.length === 0) continue;
    // The error names the group that has the letter.
    const at = pick(all.length);
    all[at] = 0x78;
    try {
      decoded(all);
    } catch (error) {
      assert(error instanceof DigitsError, `${error}, seed ${seed}`);
      assert(error.start <= at && at < error.end, `round ${round}, seed ${seed}`);
      continue;
    }
    assert(false, `The letter at ${at} was decoded: round ${round}, seed ${seed}`);
  }
});

/** The shortest of twenty times to decode a megabyte of a form, in milliseconds. */
function milliseconds(unit: string): number {
  const all = bytes(unit.repeat(Math.floor((1 << 20) / bytes(unit).length)));
  const times = Array.from({ length: 20 }, () => {
    const reply = new ByteBuffer(1 << 20);
    const from = performance.now();
    appendText(all, 0, all.length, reply);
    return performance.now() - from;
  });
  return Math.min(...times);
}

Deno.test("A4: no form takes much longer than the usual one", () => {
  /** Both times are measured again, a few times, if another process may have slowed one of them. */
  const ratioOf = (unit: string) => {
    for (let attempt = 1;; attempt++) {
      const ratio = milliseconds(unit) / milliseconds("01100001 ");
      if (ratio < MAX_RATIO || attempt === 5) return ratio;
    }
  };
  const forms = {
    "1 digit, a space": "1 ",
    "1 digit, a tab": "1\t",
    "1 digit, CR LF": "1\r\n",
    "4 digits, a space": "1010 ",
    "7 digits, a line feed": "1100001\n",
    "8 digits, a tab": "01100001\t",
    "8 digits, CR LF": "01100001\r\n",
    "8 digits, 100 spaces": `01100001${" ".repeat(100)}`,
    "1 digit, 2 spaces": "1  ",
    "16 digits, a space": "0110000101100001 ",
    "all kinds in turn": "1\t01 \n11\r\n0110 1 1100001\t0110000101100001  ",
    "8 digits without an end": "01100001",
    "line feeds": "\n",
    "1 digit, U+2003": "1\u2003",
    "1 digit, U+3000": "1\u3000",
    "1 digit, U+0085": "1\u0085",
    "1 digit, U+2003 and U+3000 in turn": "1\u20031\u3000",
  };
  for (const [form, unit] of Object.entries(forms)) {
    const ratio = ratioOf(unit);
    assert(ratio < MAX_RATIO, `${form}: ${ratio.toFixed(1)} times the usual form's time`);
  }
});
