/** What is said about how a client was asked. */
import { assertEquals } from "@std/assert";
import { linesForText } from "../../../lib/grade/ask/pair.ts";

Deno.test("linesForText() gives the lines before a text, and the text's own line with its place", () => {
  const typed = ["127.0.0.1", "convert hello", "convert good day"];
  assertEquals(linesForText([["hello"], typed, ["quit"]], ["good day", "hello"]), [
    "127.0.0.1",
    "convert {text}",
  ]);
});

Deno.test("linesForText() ignores a long line that holds the text by chance", () => {
  assertEquals(linesForText([[`${"x".repeat(99)}hello${"y".repeat(99)}`]], ["hello"]), undefined);
});

Deno.test("linesForText() takes no other text for a line that holds a short text", () => {
  const texts = ["atnrmxcjo", "qh"];
  assertEquals(linesForText([["1", "atnrmxcjo"], ["hqhlkwb"]], texts), ["1", "{text}"]);
  assertEquals(linesForText([["1", "ask qh"]], texts), ["1", "ask {text}"]);
  assertEquals(linesForText([["catnrmxcjo"]], texts), ["c{text}"]);
});
