/**
 * Whether the terminal says of itself, by `TERM=dumb`, that it can only print.
 *
 * @module
 */

// Deno's own modules. Not named where they are imported: Deno 2.4 would fetch types for them.
const READLINE: string = "node:readline";
const STREAM: string = "node:stream";

/** What is used of `node:readline`. */
interface Readline {
  createInterface(options: { input: unknown; output: unknown; terminal: boolean }): {
    line: string;
    write(text: string | null, key?: { ctrl: boolean; name: string }): void;
    close(): void;
  };
}
/** What is used of `node:stream`. */
interface Stream {
  PassThrough: new () => unknown;
}

/**
 * Whether `TERM` is `dumb`: no colours, no line editing.
 *
 * The programs may not read the environment, and asking for it would ask the
 * person. `node:readline` may: on a dumb terminal it does not edit, which shows
 * in whether Ctrl+U deletes what was typed. The terminal itself is not touched.
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
