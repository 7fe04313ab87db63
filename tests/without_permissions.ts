/**
 * The last module of a plain `deno test`, which has no permissions: deno.json lists the tests that
 * need none. It says how to run the other tests.
 *
 * @module
 */
if (Deno.permissions.querySync({ name: "run" }).state !== "granted") {
  Deno.test("These tests need no permissions; `deno task test` runs all tests", () => {});
}
