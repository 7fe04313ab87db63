/**
 * Sequence diagrams of frames and TCP segments.
 *
 * @module
 */
import { hex } from "../terminal/show.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { Terminal } from "./terminal.ts";

/** A Mermaid sequence diagram as a block of Markdown. */
export function diagram(...lines: string[]): string {
  return ["```mermaid", "sequenceDiagram", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

/** An arrow for one message: its header in hexadecimal, then its text. */
export function arrow(from: string, to: string, text: string): string {
  return `${from}->>${to}: ${header(text)} ${text}`;
}

/** Arrows for each request on a client's terminal and its reply. */
export function arrows(client: string, server: string, terminal: Terminal): string[] {
  return terminal.exchanges.flatMap(({ sent, received }) => [
    arrow(client, server, sent),
    arrow(server, client, received),
  ]);
}

/** The binary digits of a text, as server1 answers it. */
export function digitsOf(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => byte.toString(2).padStart(8, "0")).join(" ");
}

/** The header of a message: its length in four bytes, big-endian. */
function header(text: string): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, utf8Bytes(text).length);
  return Array.from(new Uint8Array(view.buffer), hex).join(" ");
}
