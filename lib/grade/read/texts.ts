/**
 * Test texts: drawn from a seed, so that a run can be repeated.
 *
 * @module
 */

/** How the letters of a text are chosen. */
export type TextStyle = "small letters" | "both cases" | "no palindromes" | "lengths" | "vowels";

/** Different texts of one length; then they repeat. A lab's own program answers all beforehand. */
const VARIANTS = 12;
const LONG_VARIANTS = 2;
/** The lengths that {@linkcode Texts.all} lists. */
const LENGTHS = Array.from({ length: 40 }, (_, i) => i + 1);
/** Longer words are drawn for their length alone, in every style. */
const MAX_SHORT = 40;
/** Lengths and numbers of vowels: an answer of two digits is seldom part of a frame. */
const COUNTS = { least: 10, range: 18 };
/** Without z: `changeLast` replaces a letter by z. */
const LETTERS = "abcdefghijklmnopqrstuvwxy";
const VOWELS = "aeiou";
const CONSONANTS = [...LETTERS].filter((letter) => !VOWELS.includes(letter)).join("");

/** Draws test texts. A text depends on the seed, its shape, and how many of this shape came before. */
export class Texts {
  #style: TextStyle;
  #drawn = new Map<string, number>();
  #state = 1;

  /** @param seed The same seed gives the same texts. @param style How letters are chosen. */
  constructor(private readonly seed: number, style: TextStyle = "small letters") {
    this.#style = style;
  }

  /** The next word of `length` letters; where the answer is a number, the length varies. */
  word(length: number): string {
    return this.#next(`word ${length}`, length > MAX_SHORT ? LONG_VARIANTS : VARIANTS);
  }

  /** Two words, with one space between them. */
  words(): string {
    return this.#next("words");
  }

  /** A word with two spaces at each end. */
  spaced(): string {
    return this.#next("spaced");
  }

  /** 40 characters: a capital, punctuation and a digit; no digit where the answer is a number. */
  sentence(): string {
    return this.#next("sentence");
  }

  /** Every text that can be drawn. @param longLengths Lengths above 40 that are drawn too. */
  all(...longLengths: number[]): string[] {
    const shapes = [...LENGTHS.map((length) => `word ${length}`), "words", "spaced", "sentence"];
    const variants = (shape: string, count: number) =>
      Array.from({ length: count }, (_, n) => this.#make(shape, n));
    return [
      ...shapes.flatMap((shape) => variants(shape, VARIANTS)),
      ...longLengths.flatMap((length) => variants(`word ${length}`, LONG_VARIANTS)),
    ];
  }

  #next(shape: string, variants = VARIANTS): string {
    const n = this.#drawn.get(shape) ?? 0;
    this.#drawn.set(shape, n + 1);
    return this.#make(shape, n % variants);
  }

  #make(shape: string, n: number): string {
    this.#state = hash(`${this.seed} ${shape} ${n}`);
    const isCounted = this.#style === "lengths" || this.#style === "vowels";
    switch (shape) {
      case "words":
        return `${this.#word(4)} ${this.#word(6)}`;
      case "spaced":
        return `  ${this.#word(4)}  `;
      case "sentence": {
        const [first, ...rest] = this.#word(5);
        const digit = isCounted ? "" : `${2 + this.#number(8)}`;
        const words = isCounted ? this.#word(9) : [9, 9, 10].map((n) => this.#word(n)).join(" ");
        return `${first.toUpperCase()}${rest.join("")}${digit}, ${words}.`;
      }
      default:
        return this.#word(Number(shape.split(" ")[1]));
    }
  }

  #word(length: number): string {
    const isShort = length <= MAX_SHORT;
    const count = COUNTS.least + this.#number(COUNTS.range);
    switch (this.#style) {
      case "lengths":
        return this.#letters(isShort ? count : length);
      case "vowels": {
        if (!isShort) return this.#letters(length);
        const letters = [...this.#letters(count, VOWELS), ...this.#letters(5, CONSONANTS)];
        return this.#shuffled(letters).join("");
      }
      case "both cases":
        return [...this.#letters(length)].map((letter, i) =>
          i % 2 === 0 ? letter.toUpperCase() : letter
        ).join("");
      case "no palindromes": {
        const word = this.#letters(length);
        const isSame = word === [...word].reverse().join("");
        return isSame && length > 1 ? (word[0] === "b" ? "c" : "b") + word.slice(1) : word;
      }
      default:
        return this.#letters(length);
    }
  }

  #letters(length: number, of = LETTERS): string {
    return Array.from({ length }, () => of[this.#number(of.length)]).join("");
  }

  #shuffled(letters: string[]): string[] {
    for (let i = letters.length - 1; i > 0; i--) {
      const j = this.#number(i + 1);
      [letters[i], letters[j]] = [letters[j], letters[i]];
    }
    return letters;
  }

  /** The next number below a bound, by xorshift32. */
  #number(below: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }
}

/** A hash of a text (FNV-1a); never 0, which xorshift cannot leave. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return state || 1;
}
