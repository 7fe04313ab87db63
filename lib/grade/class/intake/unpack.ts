/**
 * Unpacks one archive, in a process of its own: one that may read nothing but the
 * archive and write nothing but its folder, and that can be killed.
 *
 * `archives.ts` starts it with the archive and the folder. It prints a JSON line: what
 * was left out, or why the archive cannot be unpacked.
 *
 * @module
 */
import { isLitter, safePath } from "./archive_paths.ts";
import { MAX_BYTES, MAX_FILES, showMegabytes } from "./limits.ts";
import { readTar } from "./tar.ts";
import { loadZip } from "./zip.ts";

/** The exit code when the zip library cannot be had. */
export const EXIT_NO_LIBRARY = 3;

const MAX_LEFT_OUT = 20;

/** What came of an archive. */
export interface Unpacked {
  /** Why it cannot be unpacked; empty if it was. */
  why: string;
  /** What it holds and what was left out, a sentence each. */
  leftOut: string[];
}

/** An archive that cannot be unpacked; the message says why. */
class Refused extends Error {}

/** Writes an archive's files, and counts them. */
class Folder {
  readonly leftOut: string[] = [];
  #root: string;
  #files = 0;
  #bytes = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Refuses what says itself that it is too large. */
  expect(bytes: number): void {
    if (this.#bytes + bytes > MAX_BYTES) {
      throw new Refused(`it is larger than ${showMegabytes(MAX_BYTES)} unpacked`);
    }
  }

  /** Where an entry goes; undefined if it is left out. */
  runner(name: string, kind: "file" | "folder" | "other"): string | undefined {
    if (++this.#files > MAX_FILES) throw new Refused(`it holds more than ${MAX_FILES} files`);
    let names: string[];
    try {
      names = safePath(name);
    } catch (error) {
      return this.#leaveOut(name, (error as Error).message);
    }
    if (names.length === 0 || isLitter(names)) return undefined;
    if (kind === "other") return this.#leaveOut(name, "it is a link or a device");
    try {
      const up = kind === "folder" ? names : names.slice(0, -1);
      Deno.mkdirSync([this.#root, ...up].join("/"), { recursive: true });
    } catch {
      return this.#leaveOut(name, "something else has its name");
    }
    return kind === "folder" ? undefined : [this.#root, ...names].join("/");
  }

  /** Opens a new file; undefined if there is one already. */
  create(path: string, name: string, executable: boolean): Deno.FsFile | undefined {
    try {
      const mode = executable ? 0o755 : 0o644;
      return Deno.openSync(path, { write: true, createNew: true, mode });
    } catch {
      return this.#leaveOut(name, "something else has its name");
    }
  }

  /** Writes a piece of a file. */
  write(file: Deno.FsFile, bytes: Uint8Array): void {
    this.expect(bytes.length);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }

  #leaveOut(name: string, why: string): undefined {
    if (this.leftOut.length === MAX_LEFT_OUT) return;
    this.leftOut.push(`Its archive holds ${JSON.stringify(name)}, which was left out: ${why}`);
  }
}

async function unpackZip(archive: Deno.FsFile, folder: Folder): Promise<void> {
  const zip = await loadZip().catch(({ message }) => {
    console.error(message);
    Deno.exit(EXIT_NO_LIBRARY);
  });
  for await (const entry of zip.entries(archive)) {
    if (entry.encrypted) throw new Refused("it is encrypted");
    const kind = entry.symlink ? "other" : entry.directory ? "folder" : "file";
    const path = folder.runner(entry.filename, kind);
    if (path === undefined) continue;
    folder.expect(entry.uncompressedSize);
    using file = folder.create(path, entry.filename, entry.executable);
    if (file === undefined) continue;
    await entry.getData!(
      new WritableStream<Uint8Array>({ write: (bytes) => folder.write(file, bytes) }),
    );
  }
}

async function unpackTar(stream: ReadableStream<Uint8Array>, folder: Folder): Promise<void> {
  for await (const { name, kind, size, mode, content } of readTar(stream)) {
    const path = folder.runner(name, kind);
    if (path === undefined) continue;
    folder.expect(size);
    using file = folder.create(path, name, (mode & 0o111) !== 0);
    if (file === undefined) continue;
    for await (const bytes of content) folder.write(file, bytes);
  }
}

/** Tells archives by their first bytes: the ending may be anything. */
async function unpack(path: string, folder: Folder): Promise<void> {
  const archive = await Deno.open(path);
  const head = new Uint8Array(512);
  const length = await archive.read(head) ?? 0;
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  await archive.seek(0, Deno.SeekMode.Start);
  if (length === 0) throw new Refused("it is empty");
  if (starts(0x50, 0x4b)) return await unpackZip(archive, folder);
  if (starts(0x1f, 0x8b)) {
    const gunzip = new DecompressionStream("gzip");
    return await unpackTar(archive.readable.pipeThrough(gunzip), folder);
  }
  if (new TextDecoder().decode(head.subarray(257, 262)) === "ustar") {
    return await unpackTar(archive.readable, folder);
  }
  throw new Refused("it is neither zip, tar nor tar.gz");
}

if (import.meta.main) {
  const [path, root] = Deno.args;
  const folder = new Folder(root);
  let why = "";
  try {
    await unpack(path, folder);
  } catch (error) {
    const { message } = error as Error;
    why = error instanceof Refused ? message : `it is damaged (${message})`;
  }
  const unpacked: Unpacked = { why, leftOut: folder.leftOut };
  console.log(JSON.stringify(unpacked));
  Deno.exit(0); // what a refused archive still has to say is not waited for
}
