/**
 * The two answers of the assignment: the binary digits of a text, and the text that binary digits
 * spell.
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
  // Encoding tells whether all bytes are ASCII; only others need the check. An error drops the reply.
  const ascii = appendBinary(text, start, end, reply);
  if (ascii || isUtf8(text, start, end)) return;
  const bytes = text.subarray(start, end);
  const bad = firstBadByte(bytes);
  throw new AnswerError(
    `Cannot encode the text: it must be UTF-8, but byte ${bad + 1} (${hex(bytes[bad])}) is not; ` +
      `send it as UTF-8`,
  );
};

/** server2's answer: the text that digits spell. */
export const answerText: Answer = (bits, start, end, reply) => {
  const at = reply.length;
  try {
    const ascii = appendText(bits, start, end, reply);
    if (ascii || isUtf8(reply.bytes, at, reply.length)) return;
  } catch (error) {
    if (!(error instanceof DigitsError)) throw error;
    throw new AnswerError(
      `Cannot decode ${quote(bits.subarray(error.start, error.end))}: ${error.message}; ` +
        `separate groups with white space, as in 01101000 01101001`,
      { cause: error },
    );
  }
  const index = firstBadByte(reply.bytes.subarray(at, reply.length));
  const bad = groupOfByte(bits, start, end, index);
  throw new AnswerError(
    `Cannot decode ${quote(bits.subarray(bad.start, bad.end))}: ` +
      `the bytes must spell UTF-8, and from this group on they do not`,
  );
};
