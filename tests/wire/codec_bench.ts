/**
 * The speed of the codec in GB of digits a second, beside a copy of the same bytes. The ratio of
 * both can be compared between machines.
 *
 * @module
 */
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendBinary, appendText } from "../../lib/wire/codec.ts";
import { decodeBinary, encodeBinary } from "./whole_codec.ts";

const TEXT_BYTES = 65_536;
const ROUNDS = 60;
const ROUND_MS = 10;

const letters = Uint8Array.from({ length: TEXT_BYTES }, (_, i) => 0x61 + i % 26);
const canonical = encodeBinary(letters);
const irregular = irregularDigits(letters);
const copy = new Uint8Array(canonical.length);
const out = new ByteBuffer(canonical.length + 16);

/** Groups of 1 to 8 digits without their leading zeros, as the original took them. */
function irregularDigits(text: Uint8Array): Uint8Array {
  const groups = Array.from(text, (byte, i) => (byte >> (i % 7)).toString(2));
  return new TextEncoder().encode(groups.join(" "));
}

/** The highest speed of the rounds in GB a second, which is bytes a nanosecond. */
function speed(bytes: number, run: () => void): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let runs = 0;
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
      run();
      runs++;
      elapsed = performance.now() - start;
    }
    best = Math.max(best, bytes * runs / elapsed / 1e6);
  }
  return best;
}

if (import.meta.main) {
  const plain = speed(canonical.length, () => copy.set(canonical));
  const show = (name: string, gigabytes: number) =>
    console.log(
      `${name.padEnd(28)} ${gigabytes.toFixed(2).padStart(6)} GB/s  ${
        (gigabytes / plain).toFixed(3)
      } of a copy`,
    );
  show("copy", plain);
  show(
    "encode, in place",
    speed(canonical.length, () => {
      out.length = 0;
      appendBinary(letters, 0, letters.length, out);
    }),
  );
  show("encode, new array", speed(canonical.length, () => encodeBinary(letters)));
  show(
    "decode, in place",
    speed(canonical.length, () => {
      out.length = 0;
      appendText(canonical, 0, canonical.length, out);
    }),
  );
  show("decode, new array", speed(canonical.length, () => decodeBinary(canonical)));
  show("decode irregular groups", speed(irregular.length, () => decodeBinary(irregular)));
}
