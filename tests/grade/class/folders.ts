/**
 * Temporary folders for the tests, made of names and contents.
 *
 * @module
 */

/** A folder that is removed at the end of its block. */
export class Folder implements AsyncDisposable {
  readonly #parent: string = Deno.makeTempDirSync({ prefix: "class-" });
  /** Where it is; files beside it, such as decisions, are removed too. */
  readonly path: string = `${this.#parent}/class`;

  /** @param files Its files by their names; names that end in `/` are folders. */
  constructor(files: Record<string, string | Uint8Array> = {}) {
    Deno.mkdirSync(this.path);
    for (const [name, content] of Object.entries(files)) this.put(name, content);
  }

  /** Writes a file, and the folders on the way. */
  put(name: string, content: string | Uint8Array): void {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (name.endsWith("/")) return;
    Deno.writeFileSync(path, typeof content === "string" ? encoder.encode(content) : content);
  }

  /** A file's text. */
  text(name: string): string {
    return decoder.decode(Deno.readFileSync(`${this.path}/${name}`));
  }

  /** The names in it, or in a folder in it. */
  names(within = "."): string[] {
    return [...Deno.readDirSync(`${this.path}/${within}`)].map(({ name }) => name).sort();
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#parent, { recursive: true });
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The four programs of a submission, which no test runs. */
export const PROGRAMS = {
  "server1.py": "1",
  "client1.py": "1",
  "server2.py": "2",
  "client2.py": "2",
};

/** A submission's files in a folder of this name. */
export function submission(
  name: string,
  files: Record<string, string> = PROGRAMS,
): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]));
}
