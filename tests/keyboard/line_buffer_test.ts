/** The line under the cursor, against a slow and obvious one: two strings. */
import { assertEquals } from "@std/assert";
import { LineBuffer, type Stretch } from "../../lib/keyboard/line_buffer.ts";
import { bytes, text } from "../harness.ts";

const STEPS = ["back", "forward", "deleteBack", "deleteForward"] as const;
const STRETCHES: Stretch[] = ["character", "word", "all"];
const PIECES = ["a", "ä", "日本", " ", "e\u0301", "👩‍👩‍👧", "word ", "\t", "🇩🇪"];

/** The part of a text, from its end or from its beginning, that a stretch is. */
function part(text: string, stretch: Stretch, fromEnd: boolean): string {
  if (stretch === "all") return text;
  if (stretch === "word") return text.match(fromEnd ? /\S*\s*$/ : /^\s*\S*/)![0];
  const all = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return (fromEnd ? all.at(-1) : all[0]) ?? "";
}

/** Repeatable chance: the same numbers in every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0;
    return (state >>> 8) % below;
  };
}

Deno.test({
  name: "LineBuffer edits as two strings would",
  permissions: "none",
  fn() {
    const random = chance(1);
    const line = new LineBuffer(10_000);
    let before = "";
    let after = "";
    for (let i = 0; i < 5_000; i++) {
      const step = STEPS[random(7)];
      const stretch = STRETCHES[random(20) === 0 ? 2 : random(2)];
      if (step === undefined) {
        const piece = PIECES[random(PIECES.length)];
        line.insert(bytes(piece));
        before += piece;
      } else {
        const moved = step.endsWith("orward")
          ? part(after, stretch, false)
          : part(before, stretch, true);
        line[step](stretch);
        if (step.endsWith("orward")) after = after.slice(moved.length);
        else before = before.slice(0, before.length - moved.length);
        if (step === "forward") before += moved;
        if (step === "back") after = moved + after;
      }
      assertEquals([text(line.before), text(line.after)], [before, after]);
    }
  },
});

Deno.test({
  name: "LineBuffer takes no more bytes than it was told, and the next line as many again",
  permissions: "none",
  fn() {
    const line = new LineBuffer(1_000);
    line.insert(new Uint8Array(1_500));
    assertEquals(line.take().length, 1_000);
    assertEquals(line.length, 0);
    line.insert(bytes("abc"));
    assertEquals(text(line.take()), "abc");
  },
});

Deno.test({
  name: "LineBuffer steps over bytes that are not UTF-8 one by one",
  permissions: "none",
  fn() {
    const line = new LineBuffer(1_000);
    line.insert(Uint8Array.of(0x61, 0xff, 0xfe));
    line.deleteBack("character");
    assertEquals(line.copy(), Uint8Array.of(0x61, 0xff));
    line.back("all");
    line.deleteForward("character");
    line.deleteForward("character");
    assertEquals(line.length, 0);
  },
});
