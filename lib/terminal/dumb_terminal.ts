/**
 * Whether the terminal says of itself, by `TERM=dumb`, that it can only print.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";

/**
 * Whether `TERM` is `dumb`: no colours, no line editing.
 *
 * The programs may not read the environment, and asking for it would ask the
 * person. `node:readline` may: on a dumb terminal it does not edit, which shows
 * in whether Ctrl+U deletes what was typed. The terminal itself is not touched.
 */
export function isDumbTerminal(): boolean {
  const probe = createInterface({
    input: new PassThrough(),
    output: new PassThrough(),
    terminal: true,
  });
  try {
    probe.write("typed");
    probe.write(null, { ctrl: true, name: "u" });
    return probe.line !== "";
  } finally {
    probe.close();
  }
}
