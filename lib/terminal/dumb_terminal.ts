/**
 * Whether the terminal can only print (`TERM=dumb`).
 *
 * @module
 */

// Deno's own modules. Not named where they are imported: Deno 2.4 would fetch types for them.
const READLINE: string = "node:readline";
const STREAM: string = "node:stream";

/** The part of `node:readline` that is used. */
interface Readline {
  createInterface(options: { input: unknown; output: unknown; terminal: boolean }): {
    line: string;
    write(text: string | null, key?: { ctrl: boolean; name: string }): void;
    close(): void;
  };
}
/** The part of `node:stream` that is used. */
interface Stream {
  PassThrough: new () => unknown;
}

/**
 * Whether `TERM` is `dumb`: no colours, no line editing.
 *
 * The programs have no permission to read the environment. `node:readline` may read it: on a dumb
 * terminal it does not edit, so Ctrl+U does not delete the line. The terminal is not touched.
 */
export async function isDumbTerminal(): Promise<boolean> {
  const { createInterface }: Readline = await import(READLINE);
  const { PassThrough }: Stream = await import(STREAM);
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
