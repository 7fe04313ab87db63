/**
 * Bytes that somebody untrusted sends: gathered as they come, never more than
 * a bound, with a way to wait for them that has an end.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { lenientText } from "../wire/text.ts";
import { within } from "./waiting.ts";

/** The longest honest output is the 900 KB of a long reply; four times that is a flood. */
export const MAX_GATHERED_BYTES = 4 * 1024 * 1024;

/** What has come so far from a pipe or a connection. */
export class Gathered {
  /** Why no more will come; undefined while more may. */
  ended: "end of stream" | "reset" | "flood" | undefined;
  /** Settles when no more will come. */
  readonly done: Promise<void>;

  #chunks: Uint8Array[] = [];
  #length = 0;
  #changed = Promise.withResolvers<void>();

  /** @param onFlood Called once if more comes than is kept. */
  constructor(
    source: AsyncIterable<Uint8Array>,
    onFlood: () => void = () => {},
  ) {
    this.done = this.#gather(source).then((why) => {
      this.ended = why;
      this.#changed.resolve();
      if (why === "flood") onFlood();
    });
  }

  async #gather(
    source: AsyncIterable<Uint8Array>,
  ): Promise<NonNullable<Gathered["ended"]>> {
    try {
      for await (const chunk of source) {
        if (this.#length + chunk.length > MAX_GATHERED_BYTES) return "flood";
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      }
      return "end of stream";
    } catch {
      return "reset";
    }
  }

  /** How many bytes have come. */
  get length(): number {
    return this.#length;
  }

  /** All of them. */
  get bytes(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [concat(this.#chunks)];
    return this.#chunks[0];
  }

  /** All of them as text. */
  get text(): string {
    return lenientText(this.bytes);
  }

  /** Waits for something in them; false if it has not come in time, or cannot come any more. */
  async when(condition: () => boolean, limitMs: number): Promise<boolean> {
    const end = performance.now() + limitMs;
    while (!condition()) {
      const left = end - performance.now();
      if (this.ended !== undefined || left <= 0) return false;
      await within(this.#changed.promise, left);
    }
    return true;
  }
}

/** What a connection receives, as chunks; it can still be written to afterwards. */
export async function* received(
  conn: Deno.TcpConn,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const count = await conn.read(chunk);
    if (count === null) return;
    yield chunk.subarray(0, count);
  }
}
