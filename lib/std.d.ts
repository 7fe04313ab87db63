// Types of what is used from the @std packages, with their real signatures.
// npm's build of them (see deno.json) is plain JavaScript and brings none.

declare module "@std/assert" {
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertMatch(
    actual: string,
    expected: RegExp,
    msg?: string,
  ): void;
  export function assertNotMatch(
    actual: string,
    expected: RegExp,
    msg?: string,
  ): void;
  export function assertStringIncludes(
    actual: string,
    expected: string,
    msg?: string,
  ): void;
  // deno-lint-ignore no-explicit-any
  type Class<E> = abstract new (...args: any[]) => E;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    ErrorClass: Class<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: Class<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
}

declare module "@std/bytes" {
  export function concat(
    buffers: readonly Uint8Array[],
  ): Uint8Array<ArrayBuffer>;
  export function equals(a: Uint8Array, b: Uint8Array): boolean;
  export function indexOfNeedle(source: Uint8Array, needle: Uint8Array, start?: number): number;
  export function includesNeedle(source: Uint8Array, needle: Uint8Array): boolean;
}

declare module "@std/cli" {
  export function parseArgs(args: string[], options?: {
    alias?: Record<string, string | readonly string[]>;
    boolean?: readonly string[];
    string?: readonly string[];
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }): { [name: string]: unknown; _: Array<string | number> };
}

declare module "@std/csv" {
  export function parse(input: string, options?: { separator?: string }): string[][];
  export function stringify(data: readonly (readonly unknown[])[]): string;
}

declare module "@std/html" {
  export function escape(str: string): string;
  export function unescape(str: string): string;
}

declare module "@std/streams" {
  export class DelimiterStream extends TransformStream<Uint8Array, Uint8Array> {
    constructor(
      delimiter: Uint8Array,
      options?: { disposition?: "suffix" | "prefix" | "discard" },
    );
  }
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR?: boolean });
  }
}

declare module "@std/yaml" {
  export function parse(
    content: string,
    options?: { schema?: "core" | "default" | "failsafe" | "json" | "extended" },
  ): unknown;
}
