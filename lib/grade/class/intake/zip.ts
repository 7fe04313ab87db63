/**
 * The zip library, loaded where it is used and nowhere else: an import that Deno can
 * see beforehand would be downloaded, and put into executables, for the lab's four
 * programs too.
 *
 * @module
 */

/** As much of https://gildas-lormeau.github.io/zip.js/ as is used. */
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

/** A file or folder in a zip archive. */
export interface ZipEntry {
  /** Its name, as it stands there. */
  filename: string;
  /** Whether it is a folder. */
  directory: boolean;
  /** Whether it is a symbolic link. */
  symlink: boolean;
  /** Whether it needs a password. */
  encrypted: boolean;
  /** Whether it may be run. */
  executable: boolean;
  /** Its length, as it stands there. */
  uncompressedSize: number;
  /** Unpacks it; folders have none. */
  getData?(writable: WritableStream<Uint8Array>): Promise<unknown>;
}

/** Writes a zip archive. */
export interface ZipWriter {
  /** Adds a file. */
  add(
    name: string,
    content: ReadableStream<Uint8Array>,
    options: { unixMode: number; lastModDate?: Date },
  ): Promise<unknown>;
  /** Writes the list of what is in it. */
  close(): Promise<unknown>;
}

/** What can be done with zip archives. */
export interface Zip {
  /** The entries of an archive. */
  entries(file: Deno.FsFile): AsyncGenerator<ZipEntry>;
  /** An archive to be written. */
  create(writable: WritableStream<Uint8Array>): ZipWriter;
}

const PACKAGE = "npm:@zip.js/zip.js";
const VERSION = "2.24.0";

/** Loads the library; the first time it comes from the registry. */
export async function loadZip(): Promise<Zip> {
  const name = `${PACKAGE}@${VERSION}`;
  const { configure, Reader, ZipReader, ZipWriter }: ZipModule = await import(name);
  configure({ useWebWorkers: false });
  class FileReader extends Reader {
    #file: Deno.FsFile;
    constructor(file: Deno.FsFile) {
      super(file);
      this.#file = file;
      this.size = file.statSync().size;
    }
    override readUint8Array(index: number, length: number): Promise<Uint8Array> {
      return Promise.resolve(readAt(this.#file, index, Math.min(length, this.size - index)));
    }
  }
  return {
    entries: (file) =>
      new ZipReader(new FileReader(file), { filenameValidation: "tolerant" }).getEntriesGenerator(),
    create: (writable) => new ZipWriter(writable),
  };
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
