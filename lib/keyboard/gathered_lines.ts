/**
 * Lines from a terminal that gathers and edits them itself.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import { endedByEmptyLine, perhapsCut, setRaw, untilQuiet } from "./raw_input.ts";

/**
 * The lines up to an empty one, which says so and takes what was pasted after it.
 *
 * @param name The program's name.
 * @param lines The lines as the terminal gives them.
 * @param log Where to say what happened to them.
 */
export async function* gatheredLines(
  name: string,
  lines: AsyncIterable<Uint8Array>,
  log: Output,
): AsyncGenerator<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  const next = async () => (await iterator.next()).value ?? null;
  for (let line; (line = await next()) !== null;) {
    if (line.length === 0) {
      setRaw(true); // also what has no line end yet
      let unsent = 0;
      for await (const rest of untilQuiet<Uint8Array>(next)) {
        unsent += rest.length > 0 ? 1 : 0;
      }
      setRaw(false);
      log.line(`${name}: ${endedByEmptyLine(unsent)}`);
      return;
    }
    const cut = perhapsCut(line);
    if (cut !== undefined) log.line(`${name}: ${cut}`);
    yield line;
  }
}
