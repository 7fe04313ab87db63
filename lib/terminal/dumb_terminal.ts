/**
 * Asks whether the terminal can only print (`TERM=dumb`).
 *
 * @module
 */

const [READLINE, STREAM] = ["node:readline", "node:stream"]; // for literals, Deno 2.4 fetches types

/**
 * Whether `TERM` is `dumb`: no colours, no line editing.
 *
 * The programs have no permission to read the environment. `node:readline` may read it: on a dumb
 * terminal it does not edit, so Ctrl+U does not delete the line. The terminal is not touched.
 *
 * @example
 * ```ts
 * const prompt = await isDumbTerminal() ? "" : "> ";
 * ```
 */
export async function isDumbTerminal(): Promise<boolean> {
  const { createInterface } = await import(READLINE);
  const { PassThrough } = await import(STREAM);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const probe = createInterface({ input, output, terminal: true });
  probe.write("typed");
  probe.write(null, { ctrl: true, name: "u" });
  const isDumb = probe.line !== "";
  probe.close();
  return isDumb;
}
