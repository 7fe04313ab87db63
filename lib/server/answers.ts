/**
 * The two answers of the assignment: the binary digits of a text, and the text of binary digits.
 *
 * @module
 */
import { appendBinary, appendText } from "../wire/codec.ts";
import { DigitsError, groupOfByte } from "../wire/digit_errors.ts";
import { type Answer, AnswerError } from "./service.ts";
import { firstBadByte, isUtf8 } from "../wire/text.ts";
import { hex, quote } from "../terminal/show.ts";

/** server1's answer: the digits of a text. */
export const answerBinary: Answer = (text, start, end, reply) => {
  // ASCII is always UTF-8; other bytes are checked. If an answer throws, FrameExchange drops the reply.
  const ascii = appendBinary(text, start, end, reply);
  if (ascii || isUtf8(text, start, end)) return;
  const bytes = text.subarray(start, end);
  const bad = firstBadByte(bytes);
  throw new AnswerError(
    `Cannot encode the text: it must be UTF-8, but byte ${bad + 1} (${hex(bytes[bad])}) is not; ` +
      `send it as UTF-8`,
  );
};

/** server2's answer: the text whose bytes the digits give. */
export const answerText: Answer = (digits, start, end, reply) => {
  const at = reply.length;
  try {
    const ascii = appendText(digits, start, end, reply);
    if (ascii || isUtf8(reply.bytes, at, reply.length)) return;
  } catch (error) {
    if (!(error instanceof DigitsError)) throw error;
    throw new AnswerError(
      `Cannot decode ${quote(digits.subarray(error.start, error.end))}: ${error.message}; ` +
        `separate groups with white space, as in 01101000 01101001`,
      { cause: error },
    );
  }
  const index = firstBadByte(reply.bytes.subarray(at, reply.length));
  const bad = groupOfByte(digits, start, end, index);
  throw new AnswerError(
    `Cannot decode ${quote(digits.subarray(bad.start, bad.end))}: ` +
      `the decoded bytes must be UTF-8, and from this group on they are not`,
  );
};
