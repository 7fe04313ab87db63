/** The line editor, beside a slow one that works on a list of graphemes. */
import { assertEquals } from "@std/assert";
import { LineEditor } from "../../lib/keyboard/line_editor.ts";

const KEYS = [
  ...["left", "right", "word left", "word right", "start", "end"],
  ...["delete left", "delete right", "delete word left", "delete word right"],
] as const;
const PIECES = ["a", "ä", "日本", " ", "e\u0301", "👩‍👩‍👧", "word ", "\t", "🇩🇪", "ที่", "न्दी"];

/** The part of a text that a move passes, before the cursor or after it. */
function passed(text: string, move: string, back: boolean): string {
  if (move.includes("word")) return text.match(back ? /\S*\s*$/ : /^\s*\S*/)![0];
  if (move === "start" || move === "end") return text;
  const all = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return (back ? all.at(-1) : all[0]) ?? "";
}

/** Pseudo-random numbers: the same ones in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0;
    return (state >>> 8) % below;
  };
}

Deno.test({
  name: "LineEditor moves and deletes as two strings do",
  permissions: "none",
  fn() {
    const next = random(1);
    const editor = new LineEditor(100_000);
    let before = "";
    let after = "";
    for (let i = 0; i < 5_000; i++) {
      const key = next(3) > 0 ? undefined : KEYS[next(KEYS.length)];
      if (key === undefined) {
        const piece = PIECES[next(PIECES.length)];
        editor.type(piece);
        before += piece;
      } else {
        editor.press(key as Parameters<LineEditor["press"]>[0]);
        const back = /left|start/.test(key);
        const { length } = passed(back ? before : after, key, back);
        const moved = back ? before.slice(before.length - length) : after.slice(0, length);
        if (back) before = before.slice(0, before.length - length);
        else after = after.slice(length);
        if (!key.startsWith("delete")) {
          if (back) after = moved + after;
          else before += moved;
        }
      }
      assertEquals(editor.line, { before, after });
    }
  },
});

Deno.test({
  name: "LineEditor drops text beyond its limit, of pasted and of yanked text alike",
  permissions: "none",
  fn() {
    const editor = new LineEditor(10);
    editor.type("0123456789abc");
    editor.press("delete to start");
    editor.press("yank");
    editor.press("yank");
    assertEquals(editor.take(), "0123456789");
    assertEquals(editor.empty, true);
  },
});

Deno.test({
  name: "LineEditor keeps 1,000 lines of history, and undoes 50 changes",
  permissions: "none",
  fn() {
    const editor = new LineEditor(100);
    for (let i = 0; i < 1_100; i++) {
      editor.type(`${i}`);
      editor.take();
    }
    for (let i = 0; i < 1_200; i++) editor.press("up");
    assertEquals(editor.take(), "100");
    for (let i = 0; i < 60; i++) editor.type(i % 2 === 0 ? "x" : " ");
    for (let i = 0; i < 70; i++) editor.press("undo");
    assertEquals(editor.take(), "x ".repeat(5));
  },
});
