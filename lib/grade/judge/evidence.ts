/**
 * The evidence of a verdict, from an exchange.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import type { Conversion } from "../read/conversions.ts";
import type { Exchange } from "../ask/exchange.ts";
import { type Evidence } from "../results/results.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";

/** An exchange as evidence. @param expected The expected answer, if not the right one. */
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
