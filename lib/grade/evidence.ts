/**
 * What a verdict rests on, out of what was typed, passed and shown.
 *
 * @module
 */
import { escapeText } from "../terminal/show.ts";
import { type Kind, question } from "../reading/answers.ts";
import type { Exchange } from "./exchange.ts";
import { type Evidence } from "../results/results.ts";
import { showBytes, showScreen } from "../results/shown.ts";

/** An exchange, and what was expected of it. */
export function evidenceOf(kind: Kind, exchange: Exchange, expected?: string): Evidence {
  return {
    typed: escapeText(exchange.typed),
    sent: showBytes(exchange.sent),
    received: showBytes(exchange.received),
    shown: showScreen(exchange.shown),
    expected: expected ?? question(kind, exchange.text).expected,
  };
}
