/**
 * The packages that read and write archives: zip.js and modern-tar, from npm.
 *
 * The import names are variables, so that Deno does not see them: it would download both packages for
 * each program, and `deno compile` would embed them in the four programs of the lab.
 *
 * @module
 */

const ZIP = "npm:@zip.js/zip.js@2.24.0";
const TAR = "npm:modern-tar@0.8.6";

/** A file or folder in a zip archive. */
export interface ZipEntry {
  /** The name, decoded as UTF-8 or code page 437. */
  filename: string;
  rawFilename: Uint8Array;
  /** Whether `filename` was decoded as UTF-8. */
  filenameUTF8: boolean;
  directory: boolean;
  symlink: boolean;
  encrypted: boolean;
  /** Whether one of the Unix execute permissions is set. */
  executable: boolean;
  /** The claimed length in bytes. */
  uncompressedSize: number;
  lastModDate: Date;
  /** Unpacks it; a folder has no such method. */
  getData?(writable: WritableStream<Uint8Array>): Promise<unknown>;
}

/** Writes a zip archive. */
export interface ZipWriter {
  add(
    name: string,
    content: ReadableStream<Uint8Array>,
    options: { unixMode: number },
  ): Promise<unknown>;
  /** Writes the list of the files. */
  close(): Promise<unknown>;
}

/** The part of its API that is used: https://gildas-lormeau.github.io/zip.js/ */
interface ZipModule {
  configure(options: { useWebWorkers: boolean }): void;
  Reader: new (file: Deno.FsFile) => {
    size: number;
    readUint8Array(index: number, length: number): Promise<Uint8Array>;
  };
  ZipReader: new (
    reader: InstanceType<ZipModule["Reader"]>,
    options: { filenameValidation: "tolerant" },
  ) => { getEntriesGenerator(): AsyncGenerator<ZipEntry> };
  ZipWriter: new (writable: WritableStream<Uint8Array>) => ZipWriter;
}

/** A file, folder or link in a tar archive. */
export interface TarEntry {
  /** Its name, kind, length in bytes, permissions and time. */
  header: { name: string; type: string; size: number; mode?: number; mtime?: Date };
  /** Its content; read it whole or cancel it before the next entry. */
  body: ReadableStream<Uint8Array>;
}

/** The part of its API that is used: https://www.npmjs.com/package/modern-tar */
interface TarModule {
  createTarDecoder(options: { strict: boolean }): TransformStream<Uint8Array, TarEntry>;
}

async function loadZip(): Promise<ZipModule> {
  const module: ZipModule = await import(ZIP);
  module.configure({ useWebWorkers: false });
  return module;
}

/** The entries of a zip archive. @throws {Error} If zip.js cannot be loaded. */
export async function zipEntries(file: Deno.FsFile): Promise<AsyncGenerator<ZipEntry>> {
  const { Reader, ZipReader } = await loadZip();
  class FileReader extends Reader {
    override size = file.statSync().size;
    override readUint8Array(index: number, length: number): Promise<Uint8Array> {
      return Promise.resolve(readAt(file, index, Math.min(length, this.size - index)));
    }
  }
  return new ZipReader(new FileReader(file), { filenameValidation: "tolerant" })
    .getEntriesGenerator();
}

/** Begins a zip archive. @throws {Error} If zip.js cannot be loaded. */
export async function createZip(writable: WritableStream<Uint8Array>): Promise<ZipWriter> {
  const { ZipWriter } = await loadZip();
  return new ZipWriter(writable);
}

/** The entries of a tar archive. @throws {Error} If modern-tar cannot be loaded. */
export async function tarEntries(
  archive: ReadableStream<Uint8Array>,
): Promise<ReadableStream<TarEntry>> {
  const { createTarDecoder }: TarModule = await import(TAR);
  return archive.pipeThrough(createTarDecoder({ strict: true }));
}

function readAt(file: Deno.FsFile, index: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  file.seekSync(index, Deno.SeekMode.Start);
  let at = 0;
  while (at < bytes.length) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}
