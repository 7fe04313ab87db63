/**
 * Diagrams of what went over the wire, in order.
 *
 * @module
 */
import { hex } from "../terminal/show.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { Terminal } from "./terminal.ts";

/** A diagram as a block of Markdown. */
export function diagram(...lines: string[]): string {
  return ["```mermaid", "sequenceDiagram", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

/** Arrows for a client's exchanges, each with its length as it goes over the wire. */
export function arrows(client: string, server: string, terminal: Terminal): string[] {
  const arrow = (from: string, to: string, text: string) =>
    `${from}->>${to}: ${header(text)} ${text}`;
  return terminal.exchanges.flatMap(({ sent, received }) => [
    arrow(client, server, sent),
    arrow(server, client, received),
  ]);
}

/** The digits of a text. */
export function digitsOf(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => byte.toString(2).padStart(8, "0")).join(" ");
}

/** The four bytes before a message: its length, the highest first. */
function header(text: string): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, utf8Bytes(text).length);
  return Array.from(new Uint8Array(view.buffer), hex).join(" ");
}
