/**
 * Two servers that have one file: whether they run as two different programs, and which is which.
 *
 * @module
 */
import { holds, judgeScreen } from "../read/answers.ts";
import { labCommand, passesPort, TEXT } from "../find/launch.ts";
import type { Pair } from "./pair.ts";
import type { SubmittedServer } from "./submitted_server.ts";

/** Whether the servers of two pairs have one file. */
export function shareFile(one: Pair, other: Pair): boolean {
  const [a, b] = [one.serverProgram?.files[0], other.serverProgram?.files[0]];
  return a !== undefined && a === b;
}

/**
 * Whether two servers of one file run as the same program: they have the same command and typed
 * lines, or the same address without a port in an argument or a line.
 */
export function isSameServer(one: Pair, other: Pair): boolean {
  const [a, b] = [one, other].map(({ listening }) => listening?.before ?? listening);
  if (!a || !b || !shareFile(one, other)) return false;
  const started = ({ launch, running }: SubmittedServer) =>
    JSON.stringify([labCommand(launch), running.typed]);
  const isFixed = ({ launch, running }: SubmittedServer) =>
    !passesPort(launch) && running.typed.length === 0;
  if (!isFixed(a) || !isFixed(b)) return started(a) === started(b);
  return a.where.port === b.where.port &&
    (started(a) === started(b) || a.where.address === b.where.address);
}

/**
 * Whether a pair's wrong answers may come from the other pair's server: both have one file, and
 * nothing shows that they run as different programs.
 */
export function mayBeTheOther(pair: Pair, other: Pair): boolean {
  if (isSameServer(pair, other)) return true;
  return pair.number === 2 && shareFile(pair, other) &&
    pair.exchanges.some(({ received, typed }) =>
      // The lab's own program was not asked for the other pair's lines: the launch stays in doubt.
      !other.conversion.knows(typed) || holds(received, other.conversion.answer(typed))
    );
}

/** Whether a pair gives the other pair's answer: its programs belong to the other pair. */
export async function answersAs(
  pair: Pair,
  { conversion, texts }: Pick<Pair, "conversion" | "texts">,
): Promise<boolean> {
  const server = pair.listening;
  if (!server || !pair.clientLaunch) return false;
  await pair.closeClient();
  if (!await server.restart()) return false; // it may serve only the client that was there
  const text = texts.word(9);
  const client = await pair.startClient(server.dial);
  const form = pair.typedLines?.length === 1 ? pair.typedLines[0] : TEXT;
  const line = form.replaceAll(TEXT, conversion.typed(text));
  const shown = client.hasEnded ? "" : await client.typeLine(line);
  await client.close();
  return judgeScreen(conversion, text, shown).verdict === "right";
}
