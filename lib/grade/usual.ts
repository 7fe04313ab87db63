/**
 * What a server answers, and what it usually answers: a wrong answer is one fault,
 * to be found by the checks on answers, and not by those on everything else.
 *
 * @module
 */
import { Failed } from "./check.ts";
import { EXAMPLE, type Exchange, type Pair } from "./exchanges.ts";
import { showBytes, showText } from "./frames.ts";
import type { Lab } from "./lab.ts";
import type { Heard } from "./peer.ts";

/** Fails unless the answer is the right one. */
export async function assertRight(lab: Lab, pair: Pair, heard: Heard): Promise<void> {
  if (isRight(heard)) return;
  const example = pair.about(EXAMPLE);
  if (heard.request === example.request) throw wrong(heard);
  const [usual] = await usualAnswers(lab, pair, [example]);
  throw wrong(heard, usual && !isRight(usual) ? { hint: contentHint(pair) } : {});
}

/** Fails unless each answer is the right one, or the one that this server gives to it anyway. */
export async function assertUsual(lab: Lab, pair: Pair, heard: Heard[]): Promise<void> {
  const doubtful = heard.filter((one) => !isRight(one));
  if (doubtful.length === 0) return;
  const usual = await usualAnswers(lab, pair, doubtful);
  for (const [i, one] of doubtful.entries()) {
    if (usual[i] === undefined) throw wrong(one, { hint: contentHint(pair) });
    const wanted = answerOf(usual[i]);
    if (answerOf(one) === wanted) continue;
    throw wrong(one, { expected: `${showText(wanted)}, as it answers at other times` });
  }
}

/**
 * The same for a text repeated so often that asking is never usual: the answer must
 * be as long as those to the text once and twice promise.
 */
export async function assertUsualLength(
  lab: Lab,
  pair: Pair,
  heard: Heard,
  text: string,
  times: number,
): Promise<void> {
  if (isRight(heard)) return;
  const texts = [text, text.repeat(2)];
  const [once, twice] = await usualAnswers(lab, pair, texts.map(pair.about));
  if (once && isRight(once)) throw wrong(heard);
  const length = once && answerOf(once).length;
  const more = twice && answerOf(twice).length - length;
  if (!more || more < 0) throw wrong(heard, { hint: contentHint(pair) });
  const wanted = length + (times - 1) * more;
  if (answerOf(heard).length === wanted) return;
  throw wrong(heard, {
    expected: `${wanted} characters, as its answers to shorter texts promise`,
  });
}

/**
 * What a server answers that has just been started and is asked one thing after the
 * other; what it does not answer is missing. The check's programs have ended then.
 */
async function usualAnswers(lab: Lab, pair: Pair, exchanges: Exchange[]): Promise<Heard[]> {
  const answers: Heard[] = [];
  try {
    await lab.hangUp(); // programs that take no options share a port
    const peer = await lab.connect(await lab.server(pair.server));
    for (const exchange of exchanges) answers.push(await peer.ask(exchange));
  } catch (error) {
    lab.note(`    asked once more, it fails: ${error}`);
  }
  return answers;
}

/** White space at its end is let pass. */
function answerOf({ text }: Heard): string {
  return text.trimEnd();
}

function isRight(heard: Heard): boolean {
  return answerOf(heard) === heard.reply;
}

function wrong(
  { request, reply, header, payload }: Heard,
  facts: { expected?: string; hint?: string } = {},
): Failed {
  return new Failed(`wrong reply to ${showText(request)}`, {
    expected: showText(reply),
    actual: payload.length === 0
      ? `an empty reply: ${showBytes(header)}, and no text`
      : `${showText(payload)}, in bytes ${showBytes(payload)}`,
    ...facts,
  });
}

function contentHint({ question }: Pair): string {
  return `The reply is whole, but its content is wrong: see ${question}-answers-the-example.`;
}
