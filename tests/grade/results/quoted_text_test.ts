/** Bytes as text that is short enough to read. */
import { assertEquals } from "@std/assert";
import { hexOf, showBytes, withoutLabLines } from "../../../lib/grade/results/quoted_text.ts";

Deno.test("showBytes() cuts a long run of NULs inside a message", () => {
  const bytes = new Uint8Array([0x68, ...new Uint8Array(240), 0x69]);
  const shown = showBytes(bytes);
  assertEquals(shown, `h${"\\x00".repeat(20)}… (240 NUL bytes) i`);
  assertEquals(hexOf(shown), `68${" 00".repeat(20)} …`);
});

Deno.test("withoutLabLines() keeps what the program did, of each look", () => {
  const line = '{"server1":{"run":"python3 s.py {port}"}}';
  for (
    const [why, read] of [
      [`s.py ends with 3; lab.json can say how it is started: ${line}`, "s.py ends with 3."],
      [`It has -b: lab.json can say how it is started: ${line} More.`, "It has -b. More."],
      [`a.py may be both; lab.json can say it: ${line} (replace ARGUMENTS).`, "a.py may be both."],
      ["x.lua may be it; lab.json can say how it is started. More.", "x.lua may be it. More."],
      ["Its lab.json is not used: line 2", "Its lab.json is not used: line 2"],
    ]
  ) assertEquals(withoutLabLines(why), read);
});
