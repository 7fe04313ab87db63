/**
 * What a verdict rests on, out of what was typed, passed and shown.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import type { Conversion } from "../read/conversions.ts";
import type { Exchange } from "../ask/exchange.ts";
import { type Evidence } from "../results/results.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";

/** An exchange, and what was expected of it. */
export function evidenceOf(
  conversion: Conversion,
  exchange: Exchange,
  expected?: string,
): Evidence {
  return {
    typed: escapeText(exchange.typed),
    sent: showBytes(exchange.sent),
    received: showBytes(exchange.received),
    shown: showScreen(exchange.shown),
    expected: expected ?? conversion.answer(exchange.text),
  };
}
