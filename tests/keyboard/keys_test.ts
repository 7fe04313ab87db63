/** Keys and text are separated correctly, however the reads split them. */
import { assertEquals } from "@std/assert";
import { KeyReader } from "../../lib/keyboard/keys.ts";

/** The keys, in brackets, and the text of some reads. */
function read(...reads: string[]): string {
  const reader = new KeyReader();
  return reads.flatMap((read) =>
    Array.from(reader.keys(read), (item) => "key" in item ? `[${item.key}]` : item.text)
  ).join("");
}

for (
  const [what, typed, expected] of [
    ["text", "hällo\tworld", "hällo\tworld"],
    ["arrow keys in both forms", "\x1b[A\x1bOB\x1b[C\x1bOD", "[up][down][right][left]"],
    ["Enter", "a\rb", "a[enter]b"],
    ["a line feed", "a\nb", "a[line feed]b"],
    ["a line end of two bytes", "a\r\nb\r\n\r\n", "a[enter]b[enter][enter]"],
    ["F5, Shift+F3, Ctrl+T, Alt+Z", "a\x1b[15~b\x1b[1;2Rc\x14d\x1bze", "abcde"],
    ["F1 and F5 of the Linux console", "a\x1b[[Ab\x1b[[Ec", "abc"],
    ["Shift+Home of rxvt", "a\x1b[7$b", "ab"],
    ["Alt+B, Alt+D", "\x1bb\x1bd", "[word left][delete word right]"],
    ["Escape before an arrow key", "\x1b\x1b[D", "[left]"],
    ["Escape before Enter", "\x1b\r", "[enter]"],
    ["an escape sequence that no terminal sends", "\x1b[ä\r", "[ä[enter]"],
  ]
) {
  Deno.test({
    name: `KeyReader reads ${what}, split at every character`,
    permissions: "none",
    fn() {
      assertEquals(read(typed), expected);
      for (let cut = 1; cut < typed.length; cut++) {
        assertEquals(read(typed.slice(0, cut), typed.slice(cut)), expected);
      }
      assertEquals(read(...typed), expected);
    },
  });
}

Deno.test({
  name: "KeyReader holds at most 32 characters of an escape sequence without an end",
  permissions: "none",
  fn() {
    const digits = "1".repeat(100);
    assertEquals(read(`\x1b[${digits}`, "a\r"), `[${digits}a[enter]`);
  },
});
