/**
 * The permissions of the four programs. The scripts' first lines and deno.json repeat them,
 * because these cannot import.
 *
 * @module
 */

/** The permissions of the four programs, as `deno run` takes them. */
export const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces"];
