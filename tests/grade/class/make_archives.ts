/**
 * Makes zip and tar archives for the tests, with faults that no library writes.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { bytes } from "../../harness.ts";

/** What goes into an archive. */
export interface Item {
  /** Its name; bytes are written as they are, and their encoding is not said. */
  name: string | Uint8Array;
  content?: string | Uint8Array<ArrayBuffer>;
  /** A zip's Unix mode, or a tar's type. */
  mode?: number;
  type?: string;
  /** Whether its header claims that it is encrypted. */
  encrypted?: boolean;
  /** The length that its header claims. */
  claimed?: number;
}

/** A zip archive. */
export async function zip(items: Item[]): Promise<Uint8Array<ArrayBuffer>> {
  const files: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const { name, content = "", mode = 0o100644, encrypted = false, claimed } of items) {
    const data = typeof content === "string" ? bytes(content) : content;
    const packed = await compressed(data, "deflate-raw");
    const nameBytes = typeof name === "string" ? bytes(name) : name;
    const common = [
      ...u16(20),
      ...u16((typeof name === "string" ? 0x800 : 0) | Number(encrypted)),
      ...u16(8),
      ...u32(0),
      ...u32(crc32(data)),
      ...u32(packed.length),
      ...u32(claimed ?? data.length),
      ...u16(nameBytes.length),
      ...u16(0),
    ];
    const local = concat([Uint8Array.of(0x50, 0x4b, 3, 4, ...common), nameBytes, packed]);
    const more = [...u16(0), ...u16(0), ...u16(0), ...u32(mode * 65536), ...u32(at)];
    list.push(concat([Uint8Array.of(0x50, 0x4b, 1, 2, 20, 3, ...common, ...more), nameBytes]));
    files.push(local);
    at += local.length;
  }
  const directory = concat(list);
  const end = [
    ...u16(0),
    ...u16(0),
    ...u16(items.length),
    ...u16(items.length),
    ...u32(directory.length),
    ...u32(at),
    ...u16(0),
  ];
  return concat([...files, directory, Uint8Array.of(0x50, 0x4b, 5, 6, ...end)]);
}

/** A tar archive. */
export function tar(items: Item[]): Uint8Array<ArrayBuffer> {
  const blocks = items.flatMap(({ name, content = "", type = "0", mode = 0o644, claimed }) => {
    const data = typeof content === "string" ? bytes(content) : content;
    const header = new Uint8Array(512);
    const put = (offset: number, text: string) => header.set(bytes(text), offset);
    put(0, String(name));
    put(100, mode.toString(8).padStart(7, "0"));
    put(124, (claimed ?? data.length).toString(8).padStart(11, "0"));
    put(148, " ".repeat(8));
    put(156, type);
    put(257, "ustar\u000000");
    put(148, `${header.reduce((sum, byte) => sum + byte).toString(8).padStart(6, "0")}\0 `);
    return [header, data, new Uint8Array((512 - data.length % 512) % 512)];
  });
  return concat([...blocks, new Uint8Array(1024)]);
}

/** A tar.gz archive. */
export function tarGz(items: Item[]): Promise<Uint8Array<ArrayBuffer>> {
  return compressed(tar(items), "gzip");
}

async function compressed(
  data: Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate-raw",
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream(format));
  return await new Response(stream).bytes() as Uint8Array<ArrayBuffer>;
}

function u16(value: number): number[] {
  return [value & 0xff, value >> 8 & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
