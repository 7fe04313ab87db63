/**
 * How a server answers a request: all that a connection needs to know about server1 and server2.
 *
 * @module
 */
import type { ByteBuffer } from "../wire/byte_buffer.ts";

/**
 * Appends the reply to `reply`. The request is `bytes`, from `start` up to (not including) `end`.
 *
 * It returns nothing: a returned reply, or the promise of an `async` function, would never reach
 * the client. The type refuses both. (For `void` alone, TypeScript accepts any returned value.)
 *
 * @throws {AnswerError} If the request is wrong: the client gets the message, and the appended
 * bytes are dropped.
 */
export type Answer = (
  bytes: Uint8Array,
  start: number,
  end: number,
  reply: ByteBuffer,
) => void | undefined;

/** A service: server1 and server2 differ in it, and in their interface. */
export interface Service {
  /** The program's name. */
  name: string;
  /** The largest request, in bytes. */
  maxRequestBytes: number;
  /** Answers one request. */
  answer: Answer;
}

/** A wrong request. The message is sent to the client, whose connection stays open. */
export class AnswerError extends Error {
  /** The class's name, for messages. */
  override name = "AnswerError";
}
