/**
 * JSON that a person writes: read as editors save it, or refused with the place.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { JsonError, readJson } from "../../../lib/grade/results/json_file.ts";
import { bytes } from "../../harness.ts";

/** A text in UTF-16. */
function utf16(text: string, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), isLittle);
  return new Uint8Array(view.buffer);
}

Deno.test("readJson() reads byte order marks, UTF-16 and comments", () => {
  const text = '{ // the marks\n "a": "http://é" /* one */ }';
  const encoded = [
    bytes(`\ufeff${text}`),
    utf16(`\ufeff${text}`, true),
    utf16(`\ufeff${text}`, false),
    utf16(text, true),
  ];
  for (const content of encoded) assertEquals(readJson(content), { a: "http://é" });
});

for (
  const [what, text, place] of [
    ["a missing brace", '{\n "a": {"b": 1\n}\n', "line 3, column 2: the end comes too early"],
    ["a missing comma", '{\n "a": 1\n "b": 2}', 'line 3, column 2: "\\"" is not expected'],
    ["a comma too many", '{\n "a": 1,\n}', 'line 3, column 1: "}" is not expected'],
    ["single quotes", "{'a': 1}", `line 1, column 2: "'" is not expected`],
    ["no text", "", "line 1, column 1: the end comes too early"],
  ]
) {
  Deno.test(`readJson() says the line and the column of ${what}`, () => {
    assertThrows(() => readJson(bytes(text)), JsonError, `it is not JSON at ${place}`);
  });
}
