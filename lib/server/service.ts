/**
 * What a server does with a request. Connections are handed this and know no
 * more of it.
 *
 * @module
 */
import type { ByteBuffer } from "../wire/byte_buffer.ts";

/**
 * Appends the reply to the request `bytes[start]` to `bytes[end - 1]`, before it returns.
 *
 * It returns nothing: a reply that is returned, or promised by an `async` function, would never
 * reach the client. The type refuses both (`() => void` alone would accept any function).
 *
 * @throws {AnswerError} If the request is wrong: the client gets the message, and what was
 * appended is dropped.
 */
export type Answer = (
  bytes: Uint8Array,
  start: number,
  end: number,
  reply: ByteBuffer,
) => void | undefined;

/** What a server does: the only thing in which server1 and server2 differ. */
export interface Service {
  /** The program's name. */
  name: string;
  /** The largest request, in bytes. */
  maxRequestBytes: number;
  /** How a request is answered. */
  answer: Answer;
}

/** Why a request has no answer. Its message goes to the client, who may go on. */
export class AnswerError extends Error {
  /** The class's name, for messages. */
  override name = "AnswerError";
}
