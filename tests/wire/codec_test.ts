/**
 * The codec compared with a plain reference, which splits strings and uses `toString(2)`: both must
 * give the same result for all inputs.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat, equals } from "@std/bytes";
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import {
  appendBinary,
  appendText,
  MAX_BINARY_BYTES,
  MAX_TEXT_BYTES,
} from "../../lib/wire/codec.ts";
import { decodeBinary, encodeBinary } from "./whole_codec.ts";
import { DigitsError, groupOfByte } from "../../lib/wire/digit_errors.ts";
import { bytes, text } from "../harness.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** The reference encoder. */
function slowEncode(all: Uint8Array): Uint8Array {
  return bytes(
    Array.from(all, (byte) => byte.toString(2).padStart(8, "0")).join(" "),
  );
}

/** Unicode's white space characters, as UTF-8. */
const SPACES = Array.from(
  { length: 0x10000 },
  (_, code) => String.fromCharCode(code),
).filter((char) => /\p{White_Space}/u.test(char)).map(bytes);

function spaceLength(bits: Uint8Array, at: number): number {
  const starts = (space: Uint8Array) => space.every((byte, i) => bits[at + i] === byte);
  return SPACES.find(starts)?.length ?? 0;
}

/** The positions of the groups between white space. */
function slowGroups(bits: Uint8Array): { start: number; end: number }[] {
  const groups = [];
  let open = false;
  for (let at = 0; at < bits.length;) {
    const space = spaceLength(bits, at);
    if (space === 0 && !open) groups.push({ start: at, end: at });
    if (space === 0) groups[groups.length - 1].end = ++at;
    else at += space;
    open = space === 0;
  }
  return groups;
}

/** The reference decoder: the bytes, or the position of the first bad group. */
function slowDecode(bits: Uint8Array): string {
  const all = [];
  for (const { start, end } of slowGroups(bits)) {
    const group = text(bits.subarray(start, end));
    if (!/^([01]{1,8}|([01]{8})+)$/.test(group)) return `bad ${start}-${end}`;
    for (const byte of group.match(/.{1,8}/g)!) all.push(parseInt(byte, 2));
  }
  return all.join();
}

/** The codec's result in the form of {@linkcode slowDecode}. */
function decoded(bits: Uint8Array): string {
  try {
    return decodeBinary(bits).join();
  } catch (error) {
    if (!(error instanceof DigitsError)) throw error;
    return `bad ${error.start}-${error.end}`;
  }
}

/** Fails unless decoder and reference agree. `assertEquals` would be too slow here. */
function assertDecodesAlike(bits: Uint8Array, what: string): void {
  const real = decoded(bits);
  const expected = slowDecode(bits);
  assert(real === expected, `${what}: ${real} instead of ${expected}: ${text(bits)}`);
}

/** Marsaglia's xorshift32: the same seed gives the same numbers again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Runs with a new seed, which the error names. */
function withSeed(fn: (random: (below: number) => number) => void): void {
  const seed = Date.now() >>> 0;
  try {
    fn(randomFrom(seed));
  } catch (error) {
    throw new Error(`With seed ${seed}: ${error}`, { cause: error });
  }
}

function randomBytes(random: (below: number) => number, length: number) {
  return Uint8Array.from({ length }, () => random(256));
}

const COMNETSII =
  "01100011 01101111 01101101 01101110 01100101 01110100 01110011 01101001 01101001";

test("encodeBinary gives the assignment's digits for comnetsii", () => {
  assertEquals(text(encodeBinary(bytes("comnetsii"))), COMNETSII);
});

test("decodeBinary gives comnetsii for the assignment's digits", () => {
  assertEquals(text(decodeBinary(bytes(COMNETSII))), "comnetsii");
});

test("encodeBinary and decodeBinary take each of the 256 bytes alone", () => {
  for (let byte = 0; byte < 256; byte++) {
    const one = Uint8Array.of(byte);
    assertEquals(encodeBinary(one), slowEncode(one));
    assertEquals(decodeBinary(slowEncode(one)), one);
  }
});

test("encodeBinary agrees with the reference for every length from 0 to 100", () => {
  withSeed((random) => {
    for (let length = 0; length <= 100; length++) {
      const all = randomBytes(random, length);
      assertEquals(encodeBinary(all), slowEncode(all), `${length} bytes`);
    }
  });
});

test("decodeBinary agrees with the reference for every length from 0 to 100", () => {
  withSeed((random) => {
    for (let length = 0; length <= 100; length++) {
      const bits = slowEncode(randomBytes(random, length));
      assertDecodesAlike(bits, `${length} groups`);
      assertDecodesAlike(concat([bits, bytes(" ")]), "a space at the end");
    }
  });
});

test("appendBinary and appendText take any part of a buffer, and keep earlier output", () => {
  withSeed((random) => {
    const all = randomBytes(random, 300);
    for (let i = 0; i < 300; i++) {
      // A view at any offset of its buffer, and a part of the view.
      const view = all.subarray(random(20));
      const start = random(view.length);
      const end = start + random(view.length - start + 1);
      const part = view.slice(start, end);

      const reply = new ByteBuffer(random(40));
      reply.append(bytes("before"));
      const ascii = appendBinary(view, start, end, reply);
      assertEquals(
        reply.filled(),
        concat([bytes("before"), slowEncode(part)]),
      );
      assertEquals(ascii, part.every((byte) => byte < 0x80));

      const bits = reply.filled().slice();
      reply.length = 0;
      reply.append(bytes("again"));
      const stillAscii = appendText(bits, 6, bits.length, reply);
      assertEquals(reply.filled(), concat([bytes("again"), part]));
      assertEquals(stillAscii, ascii);
    }
  });
});

test("appendText stops at the end of its part", () => {
  const reply = new ByteBuffer(8);
  const bits = bytes("0110001101101111");
  appendText(bits, 0, 8, reply);
  assertEquals(text(reply.filled()), "c");
  // The first byte of U+00A0 alone is not white space: the part ends before the second byte.
  const cut = bytes("1\u00a0");
  assertThrows(() => appendText(cut, 0, 2, reply), DigitsError);
  assertEquals(text(reply.filled()), "c");
});

test("decodeBinary reverses encodeBinary for 1 MiB of random bytes", () => {
  withSeed((random) => {
    const all = randomBytes(random, MAX_TEXT_BYTES);
    const bits = encodeBinary(all);
    assertEquals(bits.length, MAX_BINARY_BYTES);
    assert(equals(bits, slowEncode(all)));
    assert(equals(decodeBinary(bits), all));
  });
});

test("decodeBinary reverses encodeBinary for NUL, BOM, line breaks and emoji", () => {
  for (const part of ["\0", "\ufeff", "\r\n\u2028", "👩‍🚀", "héllo 世界"]) {
    const all = bytes(part.repeat(10));
    assertEquals(decodeBinary(encodeBinary(all)), all);
  }
});

test("decodeBinary gives no bytes for no digits and for white space", () => {
  for (const bits of ["", " ", " \t\r\n\u3000 ".repeat(20)]) {
    assertEquals(decodeBinary(bytes(bits)), new Uint8Array(0));
  }
});

test("decodeBinary fills groups of 1 to 8 digits with leading zeros, as the original did", () => {
  for (let digits = 1; digits <= 8; digits++) {
    for (const value of [0, 1, 2 ** digits - 1, 2 ** (digits - 1)]) {
      const group = value.toString(2).padStart(digits, "0");
      assertEquals([...decodeBinary(bytes(group))], [value], group);
      // Short groups give more bytes than one for each eight digits: the buffer must grow.
      const many = `${group} `.repeat(100);
      assertEquals([...decodeBinary(bytes(many))], Array(100).fill(value));
    }
  }
});

test("decodeBinary takes long groups of a multiple of 8 digits as that many bytes", () => {
  const together = COMNETSII.replaceAll(" ", "");
  assertEquals(text(decodeBinary(bytes(together))), "comnetsii");
  assertEquals(
    text(decodeBinary(bytes(`${together} ${together}\n1100011`))),
    "comnetsiicomnetsiic",
  );
});

test("decodeBinary agrees with the reference on mixed groups of every length", () => {
  withSeed((random) => {
    for (let round = 0; round < 300; round++) {
      let bits = "";
      for (let groups = random(20); groups > 0; groups--) {
        const length = random(3) > 0 ? 8 : random(2) ? random(8) : 8 * random(4);
        for (let i = 0; i < length; i++) bits += random(2);
        bits += random(4) > 0 ? " " : text(SPACES[random(SPACES.length)]);
      }
      assertDecodesAlike(bytes(bits), `round ${round}`);
    }
  });
});

test("decodeBinary separates groups at each white space character of Unicode, one or more", () => {
  assertEquals(SPACES.length, 25);
  for (const char of ["\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028"]) {
    assert(SPACES.some((space) => char.includes(text(space))));
  }
  for (const space of SPACES.map(text)) {
    for (const between of [space, space + " ", " " + space, space.repeat(3)]) {
      const groups = Array(10).fill("01100011").join(between);
      assertEquals(text(decodeBinary(bytes(between + groups + between))), "cccccccccc");
    }
  }
});

test("decodeBinary does not separate groups at another character", () => {
  const spaces = new Set(SPACES.map(text));
  for (let code = 0; code <= 0xffff; code++) {
    const char = String.fromCharCode(code);
    if (spaces.has(char) || char === "0" || char === "1") continue;
    assert(
      decoded(bytes(`1${char}1`)).startsWith("bad 0-"),
      `U+${code.toString(16)}`,
    );
  }
});

/** Ten groups of eight digits with `group` in place `at`, and the position of `group`. */
function withGroup(at: number, group: Uint8Array) {
  const good = "01100011 ";
  const bits = concat([
    bytes(good.repeat(at)),
    group,
    bytes(` ${good.repeat(9 - at)}`),
  ]);
  return { bits, start: 9 * at, end: 9 * at + group.length };
}

// The fast path takes four groups at a time. The ten places are inside its groups of four and
// after the last of them.
for (
  const [kind, group, why] of [
    ["letters", "comnetsii", "only the digits 0 and 1"],
    ["a letter among digits", "0110o011", "only the digits 0 and 1"],
    ["another digit", "012", "only the digits 0 and 1"],
    ["another digit among eight", "01100012", "only the digits 0 and 1"],
    ["full-width digits", "０１１０００１１", "only the digits 0 and 1"],
    ["a full-width digit at the end", "0110001１", "only the digits 0 and 1"],
    ["a sign", "+1100011", "only the digits 0 and 1"],
    ["Python's prefix", "0b110001", "only the digits 0 and 1"],
    ["a group of nine digits", "011000110", "multiple of 8, got 9"],
    ["a group of fifteen digits", "011000110110111", "multiple of 8, got 15"],
    ["a letter behind nine digits", "011000110x", "only the digits 0 and 1"],
  ] as const
) {
  test(`decodeBinary names the place of ${kind} among ten groups`, () => {
    for (let at = 0; at < 10; at++) {
      const { bits, start, end } = withGroup(at, bytes(group));
      const error = assertThrows(() => decodeBinary(bits), DigitsError, why);
      assertEquals([error.start, error.end], [start, end], `group ${at}`);
    }
  });
}

test("decodeBinary names the bad group if its bytes are not UTF-8", () => {
  for (const bad of [[0xc2], [0xe2, 0x80], [0x31, 0xff], [0xe3, 0x80, 0x31]]) {
    for (let at = 0; at < 10; at++) {
      const { bits, start, end } = withGroup(at, Uint8Array.from(bad));
      assertEquals(decoded(bits), `bad ${start}-${end}`);
      // Also if the input ends there.
      assertEquals(decoded(bits.subarray(0, end)), `bad ${start}-${end}`);
    }
  }
});

test("decodeBinary names the first of two bad groups", () => {
  assertEquals(decoded(bytes("01100011 abc 012")), "bad 9-12");
});

test("decodeBinary agrees with the reference for every byte at every place of six groups", () => {
  const good = slowEncode(bytes("comnet"));
  for (let at = 0; at < good.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const bits = good.slice();
      bits[at] = byte;
      assertDecodesAlike(bits, `byte ${byte} at ${at}`);
    }
  }
});

test("appendText does not change the buffer if it throws", () => {
  for (let at = 0; at < 10; at++) {
    for (const capacity of [0, 6, 1000]) { // with and without growth
      const reply = new ByteBuffer(capacity);
      reply.append(bytes("before"));
      const { bits } = withGroup(at, bytes("012"));
      assertThrows(() => appendText(bits, 0, bits.length, reply), DigitsError);
      assertEquals(text(reply.filled()), "before");
    }
  }
});

test("groupOfByte gives the group of each decoded byte", () => {
  const bits = bytes(
    " 01100011\t1 0110110101101110\u3000\n0 " + "01100101".repeat(3) + " 1",
  );
  const expected = slowGroups(bits).flatMap((group) =>
    Array(Math.ceil((group.end - group.start) / 8)).fill(group)
  );
  assertEquals(expected.length, decodeBinary(bits).length);
  assertEquals(
    expected.map((_, index) => groupOfByte(bits, 0, bits.length, index)),
    expected,
  );
});

test("groupOfByte counts from the start of its part", () => {
  const bits = bytes("1 10 11 100");
  assertEquals(groupOfByte(bits, 2, bits.length, 1), { start: 5, end: 7 });
});
