/**
 * Exchanges: a typed text, the bytes that passed for it, and the client's screen.
 *
 * @module
 */

/** One text, from the typed line to the answer on the screen. */
export interface Exchange {
  /** The text; never its binary digits. */
  text: string;
  typed: string;
  sent: Uint8Array<ArrayBuffer>;
  /** The bytes that the server sent, before the proxy changed them. */
  received: Uint8Array<ArrayBuffer>;
  shown: string;
  /** Whether the client sent anything, and the server too. */
  answered: boolean;
  /** If the proxy changed the reply: the answer that the client should show then. */
  altered?: string;
  /** If the proxy changed the reply: the bytes that the client received. */
  alteredReply?: Uint8Array;
  /** Whether the server had closed the connection before the text was typed. */
  serverClosed: boolean;
  /** The index in the proxy's record at which it begins. */
  since: number;
}

/** An exchange of a pair, with its place among the pair's exchanges. */
export interface PairExchange extends Exchange {
  /** Whether it was the first exchange of its client process. */
  first: boolean;
  /** Whether the server exceeded a limit during it and was ended. */
  cutShort: boolean;
  /** The number of the start of the server, from 1. */
  run: number;
}

/** The results of the experiments that show which program converts. */
export interface Experiments {
  /** The client asks the other pair's server; absent if there is no such server. */
  withOtherServer?: Exchange;
  /** The client receives half of the reply. */
  withCutReply?: Exchange;
}
