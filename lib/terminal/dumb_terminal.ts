/**
 * Whether the terminal can only print (`TERM=dumb`).
 *
 * @module
 */

// Names in variables: for a literal, Deno 2.4 would fetch the types of Node's modules.
const READLINE: string = "node:readline";
const STREAM: string = "node:stream";

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
  const probe: { line: string; write(text: string | null, key?: unknown): void; close(): void } =
    createInterface({ input: new PassThrough(), output: new PassThrough(), terminal: true });
  try {
    probe.write("typed");
    probe.write(null, { ctrl: true, name: "u" });
    return probe.line !== "";
  } finally {
    probe.close();
  }
}
