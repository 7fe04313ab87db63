/**
 * The texts that wait for their replies: a first-in, first-out queue.
 *
 * @module
 */

/** Memory of an entry beside its text, in bytes. */
const ENTRY_BYTES = 64;

/** A text that waits for its reply. */
export interface Request {
  /** The text, as UTF-8. */
  text: Uint8Array;
  /** The number of the text in the input, from 0. */
  index: number;
  /** Why it was not sent; empty for an empty text, which needs no sentence; null if it was. */
  unsent: string | null;
}

/**
 * The queue. Removing an entry moves the head index instead of the other entries.
 *
 * @example
 * ```ts
 * const requests = new Requests();
 * requests.push({ text: new TextEncoder().encode("hi"), index: 0, unsent: null });
 * requests.shift();
 * ```
 */
export class Requests {
  /** Memory of all entries, in bytes. */
  heldBytes = 0;

  #items: Request[] = [];
  #head = 0;

  /** How many texts wait. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The text whose reply comes next. */
  get first(): Request | undefined {
    return this.#items[this.#head];
  }

  /** Adds a text at the end. */
  push(request: Request): void {
    this.#items.push(request);
    this.heldBytes += ENTRY_BYTES + request.text.length;
  }

  /** Removes the first text. */
  shift(): void {
    this.heldBytes -= ENTRY_BYTES + this.#items[this.#head].text.length;
    this.#head++;
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
