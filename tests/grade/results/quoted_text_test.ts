/** Bytes as text that is short enough to read. */
import { assertEquals } from "@std/assert";
import { hexOf, showBytes } from "../../../lib/grade/results/quoted_text.ts";

Deno.test("showBytes() cuts a long run of NULs inside a message", () => {
  const bytes = new Uint8Array([0x68, ...new Uint8Array(240), 0x69]);
  const shown = showBytes(bytes);
  assertEquals(shown, `h${"\\x00".repeat(20)}… (240 NUL bytes) i`);
  assertEquals(hexOf(shown), `68${" 00".repeat(20)} …`);
});
