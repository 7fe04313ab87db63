/**
 * The texts that are typed into clients.
 *
 * @module
 */

/** Texts to ask for: letters alone, so that no digit of an answer is one of a text. */
export class Texts {
  #state: number;

  /** Begins a sequence. @param seed The same seed gives the same texts. */
  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** A sentence of 40 characters: a capital, a digit that is no binary one, and punctuation. */
  sentence(): string {
    const [first, ...rest] = this.word(5);
    const words = [9, 9, 10].map((length) => this.word(length)).join(" ");
    return `${first.toUpperCase()}${rest.join("")}${2 + this.#next(8)}, ${words}.`;
  }

  /** The next word. */
  word(length: number): string {
    return Array.from({ length }, () => "abcdefghijklmnopqrstuvwxy"[this.#next(25)]).join("");
  }

  #next(below: number): number {
    // xorshift32: small, and the same everywhere.
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }
}
