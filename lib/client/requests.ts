/**
 * The texts that wait for their replies, first in, first out.
 *
 * @module
 */

/** What an entry costs beside its text, in bytes. */
const ENTRY_BYTES = 64;

/** A text that waits for its reply. */
export interface Request {
  /** The text, as UTF-8. */
  text: Uint8Array;
  /** Which of the input's texts it is, from 0. */
  index: number;
  /** Why it was not sent; empty for an empty text, which needs no sentence; undefined if it was. */
  unsent: string | undefined;
}

/** The requests that wait. What is taken is skipped over, so that nothing has to move. */
export class Requests {
  /** What all of them cost, in bytes. */
  heldBytes = 0;

  #items: Request[] = [];
  #head = 0;

  /** How many wait. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The one whose reply comes next. */
  get first(): Request | undefined {
    return this.#items[this.#head];
  }

  /** Adds one behind the others. */
  push(request: Request): void {
    this.#items.push(request);
    this.heldBytes += ENTRY_BYTES + request.text.length;
  }

  /** Takes the first away. */
  shift(): void {
    this.heldBytes -= ENTRY_BYTES + this.#items[this.#head].text.length;
    this.#head++;
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
