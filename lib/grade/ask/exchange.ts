/**
 * Exchanges: a text that was typed, the bytes that passed and what was shown.
 *
 * @module
 */

/** What came of a text. */
export interface Exchange {
  /** The text itself, whichever way it is converted. */
  text: string;
  /** What was typed for it. */
  typed: string;
  /** What went over the line for it. */
  sent: Uint8Array<ArrayBuffer>;
  /** What came back, before the line changed it. */
  received: Uint8Array<ArrayBuffer>;
  /** What the client showed. */
  shown: string;
  /** Whether anything came back. */
  answered: boolean;
  /** What should have been shown because the line changed the reply, if it did. */
  altered?: string;
  /** The reply as the line changed it. */
  alteredReply?: Uint8Array;
  /** Whether the server had ended the connection before the text was typed. */
  serverClosed: boolean;
  /** Where in the line's record it begins. */
  since: number;
}

/** An exchange, and where it stood. */
export interface PairExchange extends Exchange {
  /** Whether it was the first of its run. */
  first: boolean;
  /** Whether its server was ended just then, because it used too much. */
  cutShort: boolean;
  /** Which start of the server it met, counted from 1. */
  run: number;
}

/** What experiments on who converts showed. */
export interface Experiments {
  /** The client asked the other pair's server; undefined if there is no such server. */
  withOtherServer?: Exchange;
  /** The client got half of the reply. */
  withCutReply?: Exchange;
}
