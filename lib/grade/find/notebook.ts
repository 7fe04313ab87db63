/**
 * Notebooks that hold programs: a cell that begins with `%%writefile NAME` becomes a file.
 *
 * @module
 */
import { dirname, join, normalize } from "node:path";
import { listPaths } from "./files.ts";

const MAX_NOTEBOOK_BYTES = 4 * 1024 * 1024;
const MAX_CELLS = 200;
const FILE_CELL = /^\s*%%(?:writefile|file)[ \t]+(-a[ \t]+)?["']?([^\n"']{1,200}?)["']?[ \t\r]*\n/;

/**
 * Writes the files that the notebooks of a copied submission write, beside each notebook. A file
 * that was handed in stays as it is.
 *
 * @param folder The copy. No program of the submission has run in it, so that it holds no links.
 */
export async function unpackNotebooks(folder: string): Promise<void> {
  const files = await listPaths(folder);
  for (const notebook of files.filter((path) => path.toLowerCase().endsWith(".ipynb"))) {
    if ((await Deno.lstat(`${folder}/${notebook}`)).size > MAX_NOTEBOOK_BYTES) continue;
    for (const source of cellsOf(await Deno.readTextFile(`${folder}/${notebook}`))) {
      const [head, append, name] = source.match(FILE_CELL) ?? [];
      if (head === undefined) continue;
      const path = normalize(join(dirname(notebook), name));
      if (/^\.\.(?:\/|$)|\/$/.test(path) || name.startsWith("/") || files.includes(path)) continue;
      await write(folder, path, source.slice(head.length), append !== undefined).catch(() => {
        // The name may be too long, or a folder's: then no file is handed in.
      });
    }
  }
}

async function write(folder: string, path: string, text: string, append: boolean): Promise<void> {
  await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
  await Deno.writeTextFile(`${folder}/${path}`, text, { append });
  // The user of the sandbox is another one.
  await Deno.chmod(`${folder}/${path}`, 0o666);
}

/** The texts of a notebook's cells; empty if the file is no notebook. */
function cellsOf(notebook: string): string[] {
  try {
    const { cells } = JSON.parse(notebook);
    return cells.slice(0, MAX_CELLS).map(({ source }: { source: string | string[] }) =>
      [source].flat().join("")
    );
  } catch {
    return [];
  }
}
