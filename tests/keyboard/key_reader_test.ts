/** Keys and text told apart, however the reads cut them. */
import { assertEquals } from "@std/assert";
import { KeyReader } from "../../lib/keyboard/key_reader.ts";
import { bytes, text } from "../harness.ts";

/** What a reader makes of these reads: keys in brackets, text as it is. */
function told(...reads: string[]): string {
  const reader = new KeyReader();
  return reads.flatMap((read) =>
    Array.from(reader.keys(bytes(read)), (key) => typeof key === "string" ? `[${key}]` : text(key))
  ).join("");
}

for (
  const [what, typed, expected] of [
    ["text", "hällo\tworld", "hällo\tworld"],
    ["the arrows, in both of their forms", "\x1b[A\x1bOB\x1b[C\x1bOD", "[up][down][right][left]"],
    ["Enter", "a\rb", "a[enter]b"],
    ["a line that the terminal has gathered", "a\nb", "a[line feed]b"],
    ["a line end of two bytes", "a\r\nb\r\n\r\n", "a[enter]b[enter][enter]"],
    ["a key of no meaning", "a\x1b[15;2~b\x07c", "abc"],
    ["Escape before a letter", "\x1ba", "a"],
    ["Alt and b", "\x1bb", "[word left]"],
  ]
) {
  Deno.test({
    name: `KeyReader tells ${what}, cut at every byte`,
    permissions: "none",
    fn() {
      assertEquals(told(typed), expected);
      for (let cut = 1; cut < typed.length; cut++) {
        assertEquals(told(typed.slice(0, cut), typed.slice(cut)), expected);
      }
      assertEquals(told(...typed), expected);
    },
  });
}

Deno.test({
  name: "KeyReader holds a sequence without an end only so long",
  permissions: "none",
  fn() {
    assertEquals(told("\x1b[" + "1".repeat(100), "a\r"), `[${"1".repeat(100)}a[enter]`);
  },
});
