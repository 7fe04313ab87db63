/**
 * Unpacks one archive, in a process that may read the archive, write its folder, and do
 * nothing else. `archives.ts` starts it and prints its one line of JSON, {@linkcode Unpacked}.
 *
 * @module
 */
import { decodeNames, safePath, whyIgnored } from "./file_names.ts";
import { showMegabytes } from "./limits.ts";
import { tarEntries, zipEntries, type ZipEntry } from "./packages.ts";

/** The exit code when a package cannot be loaded. */
export const EXIT_NO_PACKAGE = 3;

const MAX_LEFT_OUT = 20;
/** As much of an archive as tells its format. */
const HEAD_BYTES = 512;
/** Where a tar header has its checksum, in octal digits. */
const [CHECKSUM_START, CHECKSUM_END] = [148, 156];

/** An entry of an archive that was not unpacked. */
export interface LeftOut {
  name: string;
  /** Why, to follow "because". */
  why: string;
  /** Whether a program can be missing for it: not for links and devices. */
  mayMatter: boolean;
}

/** What the process prints. */
export interface Unpacked {
  /** Why the archive cannot be unpacked, to follow "because"; empty if it was. */
  why: string;
  /** The command that unpacks it elsewhere, without the archive's name. */
  command?: string[];
  leftOut: LeftOut[];
}

/** An archive that cannot be unpacked. */
class Refused extends Error {
  constructor(message: string, readonly command?: string[]) {
    super(message);
  }
}

/** Formats that are recognised and not read: first bytes, name, command. */
const FOREIGN: readonly (readonly [number[], string, string[]])[] = [
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive", ["7z", "x"]],
  [[0x52, 0x61, 0x72, 0x21], "a rar archive", ["unar"]],
  [[0x42, 0x5a, 0x68], "compressed by bzip2", ["tar", "-xjf"]],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed by xz", ["tar", "-xJf"]],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed by zstd", ["tar", "--zstd", "-xf"]],
];

/** Writes an archive's files below a folder, and counts them. */
class Folder {
  readonly leftOut: LeftOut[] = [];
  #files = 0;
  #bytes = 0;

  constructor(
    private readonly root: string,
    private readonly maxFiles: number,
    private readonly maxBytes: number,
  ) {}

  /** Refuses an entry that claims more bytes than there is room for. */
  expect(bytes: number): void {
    if (this.#bytes + bytes > this.maxBytes) {
      throw new Refused(`it is larger than ${showMegabytes(this.maxBytes)} unpacked`);
    }
  }

  /** Opens the file for an entry; undefined for a folder or for what is left out. */
  open(
    name: string,
    kind: "file" | "folder" | "other",
    executable: boolean,
  ): Deno.FsFile | undefined {
    if (++this.#files > this.maxFiles) {
      throw new Refused(`it holds more than ${this.maxFiles} files`);
    }
    let names: string[];
    try {
      names = safePath(name);
    } catch (error) {
      return this.#leaveOut(name, (error as Error).message);
    }
    if (names.length === 0 || names.some(whyIgnored)) return undefined;
    if (kind === "other") return this.#leaveOut(name, "it is a link or a device", false);
    const folders = kind === "folder" ? names : names.slice(0, -1);
    try {
      Deno.mkdirSync([this.root, ...folders].join("/"), { recursive: true });
      if (kind === "folder") return undefined;
      const mode = executable ? 0o755 : 0o644;
      return Deno.openSync([this.root, ...names].join("/"), {
        write: true,
        createNew: true,
        mode,
      });
    } catch (error) {
      const taken = error instanceof Deno.errors.AlreadyExists ||
        error instanceof Deno.errors.NotADirectory || /is a dir|exists/i.test(String(error));
      if (!taken) throw new Refused(`it cannot be written here (${(error as Error).message})`);
      return this.#leaveOut(name, "another entry has its name");
    }
  }

  write(file: Deno.FsFile, bytes: Uint8Array): void {
    this.expect(bytes.length);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }

  #leaveOut(name: string, why: string, mayMatter = true): undefined {
    if (this.leftOut.length < MAX_LEFT_OUT) this.leftOut.push({ name, why, mayMatter });
  }
}

/** Loads a package, or ends the process with the exit code that says so. */
async function loaded<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(EXIT_NO_PACKAGE);
  }
}

async function unpackZip(archive: Deno.FsFile, folder: Folder, maxFiles: number): Promise<void> {
  const entries: ZipEntry[] = [];
  for await (const entry of await loaded(zipEntries(archive))) {
    if (entry.encrypted) {
      throw new Refused("it is encrypted; ask for one without a password");
    }
    entries.push(entry);
    if (entries.length > maxFiles) throw new Refused(`it holds more than ${maxFiles} files`);
  }
  for (const [entry, name] of named(entries)) {
    const isFolder = entry.directory || /[\\/]$/.test(name);
    const kind = entry.symlink ? "other" : isFolder ? "folder" : "file";
    if (kind === "file") folder.expect(entry.uncompressedSize);
    using file = folder.open(name, kind, entry.executable);
    if (file === undefined) continue;
    await entry.getData!(
      new WritableStream<Uint8Array>({ write: (bytes) => folder.write(file, bytes) }),
    );
    setTime(file, entry.lastModDate);
  }
}

/** The entries with their names; names of an unsaid encoding are decoded together. */
function named(entries: readonly ZipEntry[]): [ZipEntry, string][] {
  const unsaid = entries.filter(({ filenameUTF8, rawFilename }) =>
    !filenameUTF8 && rawFilename.some((byte) => byte > 0x7f)
  );
  const names = unsaid.length === 0
    ? undefined
    : decodeNames(unsaid.map(({ rawFilename }) => rawFilename));
  return entries.map((entry) => [entry, names?.[unsaid.indexOf(entry)] ?? entry.filename]);
}

async function unpackTar(
  stream: ReadableStream<Uint8Array>,
  folder: Folder,
  isZipped: boolean,
): Promise<void> {
  let entries = 0;
  try {
    for await (const { header, body } of await loaded(tarEntries(stream))) {
      entries++;
      const { name, type, size, mode = 0, mtime } = header;
      const kind = type === "directory" ? "folder" : type === "file" ? "file" : "other";
      if (kind === "file") folder.expect(size);
      using file = folder.open(name, kind, (mode & 0o111) !== 0);
      if (file === undefined) {
        await body.cancel();
        continue;
      }
      for await (const bytes of body) folder.write(file, bytes);
      setTime(file, mtime);
    }
  } catch (error) {
    if (!isZipped || entries > 0 || !/\btar\b/i.test(String(error))) throw error;
    throw new Refused("it is compressed by gzip and holds no tar archive", ["gunzip"]);
  }
}

/** Of two archives in a submission the newer one counts: the time is kept. */
function setTime(file: Deno.FsFile, time: Date | undefined): void {
  if (time !== undefined && time.getTime() > 0) file.utimeSync(time, time);
}

/** Unpacks by the first bytes, whatever the archive is called. */
async function unpack(path: string, folder: Folder, maxFiles: number): Promise<void> {
  const archive = await Deno.open(path);
  const head = new Uint8Array(HEAD_BYTES);
  const length = await archive.read(head) ?? 0;
  const starts = (bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  await archive.seek(0, Deno.SeekMode.Start);
  if (length === 0) throw new Refused("it is empty");
  if (starts([0x50, 0x4b])) return await unpackZip(archive, folder, maxFiles);
  if (starts([0x1f, 0x8b])) {
    const gunzip = new DecompressionStream("gzip");
    return await unpackTar(archive.readable.pipeThrough(gunzip), folder, true);
  }
  const foreign = FOREIGN.find(([bytes]) => starts(bytes));
  if (foreign) throw new Refused(`it is ${foreign[1]}`, foreign[2]);
  const checksum = new TextDecoder().decode(head.subarray(CHECKSUM_START, CHECKSUM_END));
  if (/^ *[0-7]+[ \0]+$/.test(checksum)) {
    return await unpackTar(archive.readable, folder, false);
  }
  throw new Refused("it is neither zip, tar nor tar.gz");
}

if (import.meta.main) {
  const [path, root, files, bytes] = Deno.args;
  const folder = new Folder(root, Number(files), Number(bytes));
  const unpacked: Unpacked = { why: "", leftOut: folder.leftOut };
  try {
    await unpack(path, folder, Number(files));
  } catch (error) {
    const { message } = error as Error;
    unpacked.why = error instanceof Refused ? message : `it is damaged (${message})`;
    if (error instanceof Refused && error.command) unpacked.command = error.command;
  }
  console.log(JSON.stringify(unpacked));
  Deno.exit(0); // a refused archive's stream may still be open
}
