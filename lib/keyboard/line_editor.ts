/**
 * The line that a person types: the text before the cursor and the text after it, with a history,
 * undo, and the last deleted text for Ctrl+Y.
 *
 * @module
 */
import type { Key } from "./keys.ts";

/** Limits of the history, in lines and in UTF-16 units; of undo, in changes. */
const HISTORY_LINES = 1_000;
const HISTORY_CHARS = 4 * 1024 * 1024;
const UNDO_STEPS = 50;
/** A longer grapheme counts as several, in UTF-16 units. */
const MAX_GRAPHEME = 64;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A line: the text before the cursor, and the text after it. */
export type Line = { before: string; after: string };

/** How far each key moves the cursor, in UTF-16 units. */
const MOVES: Record<string, (line: Line) => number> = {
  left: ({ before }) => -lastLength(before),
  right: ({ after }) => graphemes(after.slice(0, MAX_GRAPHEME))[0]?.length ?? 0,
  "word left": ({ before }) => wordStart(before.trimEnd()) - before.length,
  "word right": ({ after }) => /^\s*\S*/.exec(after)![0].length,
  start: ({ before }) => -before.length,
  end: ({ after }) => after.length,
};

/** Edits a line. */
export class LineEditor {
  /** The line. */
  line: Line = { before: "", after: "" };
  /** The text that Ctrl+R searches for; null outside a search. */
  query: string | null = null;

  #maxChars: number;
  #history: string[] = [];
  #at = 0; // index of the shown line in the history; the history's length for the line being typed
  #typed = this.line; // the line being typed, while another one is shown
  #undo: Line[] = [];
  #deleted = "";
  #lastChange = ""; // the kind of the last change

  /** Begins with an empty line. Text beyond `maxChars` UTF-16 units is dropped. */
  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Whether nothing is typed. */
  get empty(): boolean {
    return this.line.before === "" && this.line.after === "";
  }

  /** Inserts text at the cursor; in a search, adds it to the query. */
  type(text: string): void {
    if (this.query !== null) return this.#search(this.query + text, this.#at);
    const { before, after } = this.line;
    const fitting = text.slice(0, this.#maxChars - before.length - after.length);
    this.#change(text.trim() === "" ? "spaces" : "letters", { before: before + fitting, after });
  }

  /** Ends the line, adds it to the history, and begins an empty one. */
  take(): string {
    const line = this.line.before + this.line.after;
    if (line !== "" && line !== this.#history.at(-1)) this.#history.push(line);
    const chars = () => this.#history.reduce((sum, { length }) => sum + length, 0);
    while (this.#history.length > HISTORY_LINES || chars() > HISTORY_CHARS) this.#history.shift();
    this.query = null;
    this.#show(this.#history.length, { before: "", after: "" });
    return line;
  }

  /** Handles a key that edits the line, moves the cursor or shows another line. */
  press(key: Key): void {
    if (this.query !== null) {
      if (key === "search") return this.#search(this.query, this.#at - 1);
      const shorter = this.query.slice(0, -lastLength(this.query) || 0);
      if (key === "delete left") return this.#search(shorter, this.#at);
      this.query = null; // other keys edit the line that was found
      if (key === "cancel") return this.#recall(this.#history.length);
    }
    const [, deletes, move] = /^(delete )?(?:to )?(.*)$/.exec(key)!;
    const distance = MOVES[move]?.(this.line);
    if (deletes) return distance ? this.#delete(move, distance) : undefined;
    this.#lastChange = "";
    if (distance) {
      const text = this.line.before + this.line.after;
      const at = this.line.before.length + distance;
      this.line = { before: text.slice(0, at), after: text.slice(at) };
    } else if (key === "yank") this.type(this.#deleted);
    else if (key === "undo") this.line = this.#undo.pop() ?? this.line;
    else if (key === "search") this.#search("", this.#history.length);
    else if (key === "up" || key === "down") this.#recall(this.#at + (key === "up" ? -1 : 1));
  }

  /** Deletes as far as a move goes. More than one character is kept for Ctrl+Y. */
  #delete(move: string, distance: number): void {
    const { before, after } = this.line;
    const back = distance < 0;
    const rest = back
      ? { before: before.slice(0, distance), after }
      : { before, after: after.slice(distance) };
    if (move === "left" || move === "right") return this.#change(`delete ${move}`, rest);
    const deleted = back ? before.slice(distance) : after.slice(0, distance);
    const earlier = this.#lastChange === "stretch" ? this.#deleted : ""; // deleted just before
    this.#deleted = back ? deleted + earlier : earlier + deleted;
    this.#change("stretch", rest);
  }

  /** Changes the line. Several changes of one kind are undone together. */
  #change(kind: string, to: Line): void {
    if (kind !== this.#lastChange || kind === "stretch") this.#undo.push(this.line);
    if (this.#undo.length > UNDO_STEPS) this.#undo.shift();
    this.#lastChange = kind;
    this.line = to;
  }

  #show(at: number, line: Line): void {
    this.#at = at;
    this.#undo = [];
    this.#lastChange = "";
    this.line = line;
  }

  /** Shows a line of the history, or the line being typed. */
  #recall(at: number): void {
    if (at < 0 || at > this.#history.length || at === this.#at) return;
    if (this.#at === this.#history.length) this.#typed = this.line;
    const line = this.#history[at];
    this.#show(at, line === undefined ? this.#typed : { before: line, after: "" });
  }

  /** Shows the newest line up to index `from` that contains the query, if there is one. */
  #search(query: string, from: number): void {
    this.query = query;
    const found = this.#history.findLastIndex((line, i) => i <= from && line.includes(query));
    if (query !== "" && found >= 0) this.#recall(found);
  }
}

/**
 * The graphemes of a text, in order: what a person sees as one character.
 *
 * @example
 * ```ts
 * graphemes("e\u0301n"); // ["e\u0301", "n"]: é is two code points
 * ```
 */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const lastLength = (text: string) => graphemes(text.slice(-MAX_GRAPHEME)).at(-1)?.length ?? 0;
const wordStart = (text: string) => 1 + Math.max(text.lastIndexOf(" "), text.lastIndexOf("\t"));
