/**
 * What the four programs need to be allowed. The scripts' first lines and
 * deno.json say the same, where nothing can be imported.
 *
 * @module
 */

/** The permissions of the four programs, as `deno run` takes them. */
export const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces"];
