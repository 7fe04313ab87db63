/**
 * Makes self-contained executables of the four programs, in `dist/`.
 *
 * ```sh
 * deno task compile       # for this machine
 * deno task compile:all   # for Linux, macOS and Windows, x64 and arm64
 * ```
 *
 * Deno downloads the base for each system once; `DENORT_BIN` names one to use instead.
 *
 * @module
 */

/** The four programs. */
export const PROGRAMS = ["server1", "server2", "client1", "client2"];

/** The systems of `--all`, as Deno names them. */
const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
];

/** All that the programs may do; a refused permission fails instead of asking. */
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces", "--no-prompt"];

const ROOT = new URL("../../", import.meta.url);

/**
 * Compiles one program.
 *
 * @param program Its name.
 * @param output Where the executable goes.
 * @param target The system it is for; this one if absent.
 * @returns Whether that worked; Deno has said why if not.
 */
export async function compile(program: string, output: string, target?: string): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      ...PERMISSIONS,
      ...target ? ["--target", target] : [],
      "--output",
      output,
      `${program}.ts`,
    ],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  return success;
}

async function main(args: string[]): Promise<number> {
  const all = args.includes("--all");
  // It is the base of one system only; Deno would put it under every other's name.
  if (all) Deno.env.delete("DENORT_BIN");
  const failed: string[] = [];
  for (const target of all ? TARGETS : [undefined]) {
    for (const program of PROGRAMS) {
      const output = ["dist", ...target ? [target] : [], program].join("/");
      if (!await compile(program, output, target)) {
        failed.push(target ?? "this machine");
        break; // no base for it: the others would fail alike
      }
      console.log(output);
    }
  }
  if (failed.length > 0) {
    console.error(`compile: Cannot compile for ${failed.join(", ")}: see above`);
  }
  return failed.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
