/**
 * Text: whether bytes are UTF-8, where the first wrong byte is, and how any text is shown on one
 * line.
 *
 * @module
 */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendShown, escapeText, quote } from "../../lib/terminal/show.ts";
import { firstBadByte, isUtf8 } from "../../lib/wire/text.ts";
import { SERVER_SHOWN_CHARS } from "../../lib/terminal/transcript.ts";
import { bytes, text } from "../harness.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** A message as a transcript shows it. */
function shown(message: string | Uint8Array, most = SERVER_SHOWN_CHARS) {
  const payload = typeof message === "string" ? bytes(message) : message;
  const line = new ByteBuffer(16);
  // The message lies inside a buffer, as in a frame: the bytes around it must not be shown.
  const padded = concat([bytes("<<"), payload, bytes(">>")]);
  appendShown(line, padded, 2, 2 + payload.length, most);
  return text(line.filled());
}

test("escapeText shows control characters, bidi controls and line breaks as escapes", () => {
  assertEquals(escapeText("a\nb\rc\td"), "a\\nb\\rc\\td");
  assertEquals(escapeText("\0\x07\x1b[31m\x7f"), "\\x00\\x07\\x1b[31m\\x7f");
  assertEquals(escapeText("\x80\x85\x9b"), "\\x80\\x85\\x9b");
  assertEquals(escapeText("\u202e\u2066\u061c"), "\\u{202e}\\u{2066}\\u{61c}");
  assertEquals(escapeText("\u2028\u2029"), "\\u{2028}\\u{2029}");
});

test("escapeText escapes Unicode's control characters, bidi controls and line breaks, and no others", () => {
  const unsafe = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
  for (let code = 0; code <= 0xffff; code++) { // they are all below U+10000
    const char = String.fromCharCode(code);
    const escaped = escapeText(`a${char}b`);
    if (unsafe.test(char)) assertNotMatch(escaped, unsafe);
    else assert(escaped === `a${char}b`, code.toString(16));
  }
});

test("escapeText does not change accents, emoji and white space", () => {
  const harmless = "héllo, 世界 👩‍🚀 \u00a0 \u3000";
  assertEquals(escapeText(harmless), harmless);
});

test("quote puts short bytes in quotes", () => {
  assertEquals(quote(bytes("012")), '"012"');
  assertEquals(quote(bytes("a\x1b\nb")), '"a\\x1b\\nb"');
});

test("quote cuts at its limit of characters, and adds an ellipsis", () => {
  assertEquals(quote(bytes("é".repeat(40))), `"${"é".repeat(40)}"`);
  assertEquals(quote(bytes("é".repeat(41))), `"${"é".repeat(40)}…"`);
  assertEquals(quote(bytes("👍👍👍"), 2), '"👍👍…"');
});

test("quote shows bytes that are not UTF-8 as hexadecimal escapes", () => {
  assertEquals(quote(Uint8Array.of(0x63, 0xc0, 0xaf)), '"c\\xc0\\xaf"');
});

test("appendShown shows all of a message up to the limit", () => {
  for (const char of ["a", "é", "世", "👍"]) { // 1, 2, 3 and 4 bytes
    for (const count of [1, SERVER_SHOWN_CHARS - 1, SERVER_SHOWN_CHARS]) {
      assertEquals(shown(char.repeat(count)), char.repeat(count));
    }
  }
});

test("appendShown cuts a longer message after 1,024 characters and adds its length in bytes", () => {
  assertEquals(SERVER_SHOWN_CHARS, 1024);
  assertEquals(
    shown("0".repeat(143_999)),
    "0".repeat(1024) + "… (143999 bytes in all)",
  );
  for (const char of ["a", "é", "世", "👍"]) {
    const message = char.repeat(1025);
    assertEquals(
      shown(message),
      `${char.repeat(1024)}… (${bytes(message).length} bytes in all)`,
    );
  }
});

test("appendShown never cuts inside a character, at any offset", () => {
  for (let before = 0; before < 8; before++) {
    const message = "a".repeat(before) + "👍".repeat(2000);
    const kept = "a".repeat(before) + "👍".repeat(1024 - before);
    assertEquals(
      shown(message),
      `${kept}… (${bytes(message).length} bytes in all)`,
    );
  }
});

test("appendShown shows the last character within the limit, and not the next one", () => {
  const ascii = "a".repeat(1023);
  assertEquals(shown(ascii + "é"), ascii + "é");
  assertEquals(shown(ascii + "aé"), ascii + "a… (1026 bytes in all)");
  assertEquals(shown(ascii + "é" + "a"), ascii + "é… (1026 bytes in all)");
});

test("appendShown counts characters before they are escaped", () => {
  assertEquals(
    shown("\n".repeat(1025)),
    "\\n".repeat(1024) + "… (1025 bytes in all)",
  );
});

test("appendShown shows a whole message to a client", () => {
  const message = "é\n".repeat(5000);
  assertEquals(shown(message, Infinity), "é\\n".repeat(5000));
});

test("appendShown keeps a BOM, and doubles a backslash", () => {
  assertEquals(shown("\ufeffa\\nb"), "\ufeffa\\\\nb");
});

test("appendShown shows bytes that are not UTF-8 as hexadecimal escapes, within the limit", () => {
  assertEquals(shown(Uint8Array.of(0x61, 0xff, 0x0a, 0x62)), "a\\xff\\nb");
  assertEquals(shown(bytes("é").subarray(0, 1)), "\\xc3"); // an incomplete character
  const bad = new Uint8Array(1025).fill(0xff);
  assertEquals(
    shown(bad),
    "\\xff".repeat(1024) + "… (1025 bytes in all)",
  );
  assertEquals(shown(bad.subarray(1)), "\\xff".repeat(1024));
});

const strict = (part: Uint8Array) => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(part);
    return true;
  } catch {
    return false;
  }
};

/** The plain reference: the longest prefix that is UTF-8 ends at the first bad byte. */
function slowFirstBadByte(all: Uint8Array): number {
  let longest = 0;
  for (let end = 0; end <= all.length; end++) {
    if (strict(all.subarray(0, end))) longest = end;
  }
  return longest;
}

const CHARS = ["a", "é", "世", "👍"].map(bytes);
const INVALID = [
  [0x80], // a continuation byte without a first byte
  [0xff],
  [0xc0, 0xaf], // a slash in two bytes instead of one
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80], // a lone surrogate
  [0xf4, 0x90, 0x80, 0x80], // beyond U+10FFFF
  [0xe9, 0x20], // Latin-1's é, then a space
  [0xc3], // an incomplete character, as are the next two
  [0xe4, 0xb8],
  [0xf0, 0x9f, 0x91],
].map((bad) => Uint8Array.from(bad));

/** Every invalid sequence after and before every kind of character. */
function* invalidTexts(): Generator<Uint8Array> {
  for (const bad of INVALID) {
    for (const before of [new Uint8Array(0), ...CHARS]) {
      for (const after of [new Uint8Array(0), ...CHARS]) {
        yield concat([before, before, bad, after]);
      }
    }
  }
}

test("firstBadByte gives the first wrong byte of every kind of invalid sequence", () => {
  for (const all of invalidTexts()) {
    assertEquals(firstBadByte(all), slowFirstBadByte(all), `${all}`);
  }
});

test("firstBadByte gives Latin-1's é, not the space after it", () => {
  assertEquals(firstBadByte(Uint8Array.of(0x63, 0x61, 0xe9, 0x20, 0x61)), 2);
});

test("firstBadByte gives the length for valid UTF-8", () => {
  for (const good of ["", "a", "é", "世界 👍"].map(bytes)) {
    assertEquals(firstBadByte(good), good.length);
  }
});

test("firstBadByte finds one wrong byte in 1 MB", () => {
  const all = concat([new Uint8Array(1_000_000).fill(0x61), bytes("é")]);
  all[765_432] = 0xc3;
  assertEquals(firstBadByte(all), 765_432);
});

test("isUtf8 accepts valid UTF-8 only", () => {
  for (const all of invalidTexts()) assertEquals(isUtf8(all), false, `${all}`);
  for (const good of ["", "abc", "é", "\ufeff世界👍\0"].map(bytes)) {
    assertEquals(isUtf8(good), true);
  }
});

test("isUtf8 checks its range only", () => {
  const all = concat([Uint8Array.of(0xff), bytes("é"), Uint8Array.of(0xff)]);
  assertEquals(isUtf8(all, 1, 3), true);
  assertEquals(isUtf8(all, 1, 2), false); // half of the é
  assertEquals(isUtf8(all, 2, 3), false);
});

test("isUtf8 does not depend on an incomplete character in an earlier call", () => {
  const half = Uint8Array.of(0xc3);
  for (const forget of [isUtf8, firstBadByte, quote]) {
    forget(half);
    assertEquals(isUtf8(Uint8Array.of(0xa9)), false); // the other half
    assertEquals(isUtf8(bytes("é")), true);
  }
});
