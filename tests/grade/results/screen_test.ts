/** Results as a person reads them. */
import { assertEquals } from "@std/assert";
import { wrap } from "../../../lib/grade/results/screen.ts";
import { hexOf, showBytes } from "../../../lib/grade/results/quoted_text.ts";

Deno.test("hexOf() shows the bytes that showBytes() has escaped", () => {
  assertEquals(showBytes(new Uint8Array([0, 2, 104, 10, 92])), "\\x00\\x02h\\n\\x5c");
  assertEquals(hexOf("\\x00\\x02h\\n\\x5c"), "00 02 68 0a 5c");
});

Deno.test("wrap() breaks between words, and words that are longer than a line", () => {
  assertEquals(wrap("a bb ccc", 4), ["a bb", "ccc"]);
  assertEquals(wrap("aaaaaa b", 4), ["aaaa", "aa b"]);
});
