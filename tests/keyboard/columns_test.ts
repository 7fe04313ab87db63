/**
 * The line that is being typed, in windows of several widths. tmux itself draws the expected rows:
 * the same text, printed without an editor.
 */
import { assertEquals } from "@std/assert";
import { startServer } from "../harness.ts";
import { needing } from "../needs.ts";
import { clientLine, ctrl, KEYS } from "./terminal.ts";
import { type Shown, Tmux } from "./tmux.ts";

const WIDTHS = [12, 40, 60, 80];
/** Texts as lists of graphemes. No flags: tmux 3.3 wraps them differently from time to time. */
const TEXTS: [string, string[]][] = [
  ["ASCII", [..."abcdefghij".repeat(12)]],
  ["Thai", Array(34).fill("ที่")],
  ["Thai with SARA AM", Array(14).fill(["กำ", "นี้"]).flat()],
  ["Hindi", Array(14).fill(["हि", "न्दी"]).flat()],
  ["Tamil", Array(10).fill(["த", "மி", "ழ்"]).flat()],
  ["Bengali", Array(14).fill(["বাং", "লা"]).flat()],
  ["joined emoji", Array(14).fill(["👩‍👩‍👧‍👦", "a"]).flat()],
  ["wide letters", Array(25).fill(["日", "本"]).flat()],
  ["Hangul", Array(25).fill(["한", "글"]).flat()],
  ["wide and narrow letters", Array(18).fill(["a", "日", "b"]).flat()],
  ["accents", Array(40).fill(["e\u0301", "u\u0308"]).flat()],
];

/** Prints what is typed, on the alternate screen, which has no history. */
const PRINTER = "stty raw -echo; printf '\\033[?1049h'; cat";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["tmux"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

/** A client in a window, and beside it one in which the same text is printed without an editor. */
class Windows implements AsyncDisposable {
  #stack: AsyncDisposableStack;
  #client: Tmux;
  #printer: Tmux;

  private constructor(stack: AsyncDisposableStack, client: Tmux, printer: Tmux) {
    [this.#stack, this.#client, this.#printer] = [stack, client, printer];
  }

  static async open(columns: number): Promise<Windows> {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startServer("server1"));
    const printer = stack.use(await Tmux.start(PRINTER, columns));
    const client = stack.use(await Tmux.start(clientLine("client1", server), columns));
    await client.shows(({ rows }) => rows[0] === ">");
    return new Windows(stack.move(), client, printer);
  }

  async type(input: string): Promise<void> {
    await this.#client.type(input);
  }

  async resize(columns: number): Promise<void> {
    await Promise.all([this.#client.resize(columns), this.#printer.resize(columns)]);
  }

  /** Waits until the client's window shows a line with the cursor after the text `before`. */
  async assertLine(name: string, before: string, after = ""): Promise<void> {
    await this.#printer.type(`\x1b[H\x1b[J> ${before}${after}\x1b[H> ${before}`);
    let expected: Shown | undefined;
    const same = async (shown: Shown) => {
      expected = await this.#printer.shown();
      return JSON.stringify(shown) === JSON.stringify(expected);
    };
    assertEquals(await this.#client.shows(same), expected, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

for (const columns of WIDTHS) {
  test(`in ${columns} columns each key draws the line once, in every script`, async () => {
    await using windows = await Windows.open(columns);
    for (const [name, graphemes] of TEXTS) {
      const text = (from: number, to?: number) => graphemes.slice(from, to).join("");
      await windows.type(text(0));
      await windows.assertLine(name, text(0));
      await windows.type(KEYS.left.repeat(3));
      await windows.assertLine(name, text(0, -3), text(-3));
      await windows.type(KEYS.backspace);
      await windows.assertLine(name, text(0, -4), text(-3));
      await windows.type(KEYS.home + KEYS.right.repeat(2) + "X");
      await windows.assertLine(name, text(0, 2) + "X", text(2, -4) + text(-3));
      await windows.type(KEYS.end + ctrl("U"));
      await windows.assertLine(name, "");
    }
  });

  test(`a window of ${columns} columns that is resized shows the line once`, async () => {
    await using windows = await Windows.open(columns);
    for (const [name, graphemes] of TEXTS.filter((_, i) => i % 2 === 0)) {
      const [before, after] = [graphemes.slice(0, -5).join(""), graphemes.slice(-5).join("")];
      await windows.type(before + after + KEYS.left.repeat(5));
      await windows.assertLine(name, before, after);
      for (const width of [columns >> 1, columns + 20, columns - 1, columns]) {
        await windows.resize(width);
        await windows.assertLine(name, before, after);
        await windows.type("x");
        await windows.assertLine(name, `${before}x`, after);
        await windows.type(KEYS.backspace);
      }
      await windows.type(KEYS.end + ctrl("U"));
    }
  });
}
