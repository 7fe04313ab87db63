/**
 * Which files of a submission are helpers of others: a program may leave its sockets to a file that it
 * imports.
 *
 * @module
 */
import { type Candidate, folderOf } from "./files.ts";
import type { Known } from "./partners.ts";
import { isLibrary, SCRIPT, traitsOf } from "./roles.ts";

/** `require("./wire")`, `from "./wire.ts"`, `#include "wire.h"`, `require_relative 'wire'`. */
const QUOTED =
  /\b(?:from|import|require(?:_once|_relative)?|include(?:_once)?|load|do|source)\b[ (]{0,4}(?:(?:__DIR__|dirname\(__FILE__\))\s?[.,+]\s?)?["'`]([^"'`\n]{1,120})["'`]/g;
/** `. ./wire.sh`, `source "$(dirname "$0")/wire.sh"`. */
const SOURCED =
  /^[ \t]*(?:\.|source)[ \t]+["']?(?:\$\{?\w{1,40}\}?|\$\([^\n)]{1,60}\))?\/?([\w./-]{1,100})/gm;
/** Python's `from .wire import frame`, with names in parentheses or without. */
const FROM =
  /^[ \t]*from[ \t]+([.\w]{1,100})[ \t]+import[ \t]+(?:\(([\w,\s]{1,400})\)|([\w, \t]{1,200}))/gm;
/** `import wire, frames` of Python, `use Wire::Frames` of Perl and PHP, `mod wire;` of Rust. */
const NAMED =
  /^[ \t]*(?:pub[ \t]+)?(?:import(?: static)?|use|mod|from)[ \t]+([\w.:\\]{1,100}(?:[ \t]*,[ \t]*[\w.]{1,100}){0,9})/gm;
/** PHP's `use Lab\Net\Server`, `use Lab\Net\{Client, Server}`: the classes have files of their names. */
const CLASSES = /^use[ \t]+[\w\\]{0,100}?(?:(\w{1,64})|\{([\w,\s]{1,400})\});/gm;
/** A call of another module's function. */
const MEMBER_CALL = /\w(?:\.|::)(\w{1,64})\s?\(/g;
/** The definition of a function in Go, Rust or Python. */
const DEFINITION = /^(?:pub )?(?:async )?(?:func|fn|def) (\w{1,64})/gm;
/** The name of a class that is made, extended, or asked for a member. */
const USED_NAME = /\b\w{1,64}(?=\s?[.(<])|(?<=\b(?:new|extends|implements)\s)\w{1,64}/g;
/** A script that knows whether another one imports it. */
const CHECKS_MAIN =
  /require\.main\s?===?\s?module|import\.meta\.main|__FILE__\s?==\s?\$(?:0|PROGRAM_NAME)|\bunless\s?\(?caller|BASH_SOURCE/;
const JAVASCRIPT = /\.(?:[cm]?js|ts)$/;
/** Endings that an import may leave out. */
const ENDING = /\.(?:py|[cm]?js|ts|rb|php|p[lm]|sh|lua|tcl|h|hh|hpp|c|cc|cpp|cxx|rs)$/;
const TEST = /(?:^|[/_.-])(?:test|spec)s?(?:[/_.-]|$)/i;

/** The imports of all files of a submission. */
export class Imports {
  /** The files of each language family, by their stems. */
  #files = new Map<string, Map<string, Candidate>>();
  #direct: Map<Candidate, Candidate[]>;
  #imported: Set<Candidate>;

  constructor(all: Candidate[]) {
    for (const one of all) {
      const family = familyOf(one.path);
      if (!this.#files.has(family)) this.#files.set(family, new Map());
      this.#files.get(family)!.set(stemOf(one.path), one);
    }
    this.#direct = new Map(all.map((one) => [one, this.#importsOf(one)]));
    const importers = all.filter(({ path }) => !TEST.test(path));
    this.#imported = new Set(importers.flatMap((one) => this.#direct.get(one)!));
  }

  /** Whether a file that is no test imports this one. */
  isImported(one: Candidate): boolean {
    return this.#imported.has(one);
  }

  /** The files that a file imports, and those that these import. */
  helpersOf(one: Candidate): Candidate[] {
    const found = new Set([one]);
    for (const next of found) this.#direct.get(next)?.forEach((helper) => found.add(helper));
    return [...found].slice(1);
  }

  #importsOf(one: Candidate): Candidate[] {
    const { path, source } = one;
    const folder = folderOf(path);
    const files = this.#files.get(familyOf(path))!;
    const names: string[] = [];
    for (const [, name] of source.matchAll(QUOTED)) {
      if (path.endsWith(".lua")) names.push(pathOf(name));
      else if (!JAVASCRIPT.test(path) || name.startsWith(".")) names.push(name.replace(ENDING, ""));
    }
    if (!JAVASCRIPT.test(path)) {
      for (const [, name] of source.matchAll(SOURCED)) names.push(name.replace(ENDING, ""));
      for (const [, module, several, line] of source.matchAll(FROM)) {
        const inside = (several ?? line).split(",").map((name) => name.trim().split(/\s/)[0]);
        names.push(...[module, ...inside.map((name) => `${module}.${name}`)].map(pathOf));
      }
      for (const [, list] of source.matchAll(NAMED)) {
        names.push(...list.split(",").map((name) => pathOf(name.trim())));
      }
    }
    if (path.endsWith(".php")) {
      for (const [, one, several] of source.matchAll(CLASSES)) {
        names.push(...(one ?? several).split(",").map((name) => name.trim()));
      }
    }
    const found = names.map((name) =>
      files.get(stemOf(`${folder}/${name}`)) ?? endingWith(files, `/${stemOf(name)}`)
    );
    return [...new Set(found)].filter((helper): helper is Candidate =>
      helper !== undefined && helper !== one
    );
  }
}

/**
 * The helpers of a file: the files that it imports, else sources without an entry point in its folder,
 * and in other folders those that define a function it calls as a member, such as `wire.Serve(`.
 */
export function helpersOf(one: Candidate, all: Candidate[], imports: Imports): Candidate[] {
  const { path, source } = one;
  const { hasMain } = traitsOf(path, source);
  const imported = hasMain || path.endsWith(".py") ? imports.helpersOf(one) : [];
  if (imported.length > 0 || !hasMain || SCRIPT.test(path)) return imported;
  const called = [...source.matchAll(MEMBER_CALL)].map(([, name]) => name);
  return all.filter((other) =>
    other !== one && familyOf(other.path) === familyOf(path) &&
    !traitsOf(other.path, other.source).hasMain &&
    (folderOf(other.path) === folderOf(path) ||
      [...other.source.matchAll(DEFINITION)].some(([, name]) => called.includes(name)))
  );
}

/** The helpers whose names a file uses, and those that these use; all of them if it uses none. */
export function usedHelpers(one: Candidate, helpers: Candidate[]): Candidate[] {
  const found = new Set([one]);
  for (const { source } of found) {
    const words = new Set(source.match(USED_NAME));
    helpers.filter(({ path }) => words.has(stemOf(path).split("/").at(-1)!.replace(/\..*$/, "")))
      .forEach((helper) => found.add(helper));
  }
  return found.size > 1 ? [...found].slice(1) : helpers;
}

/** Whether a file is a library, or has no entry point of its own and is imported by another source. */
export function isHelper({ path, source, traits }: Known, isImported: boolean): boolean {
  if (isLibrary(path, source)) return true;
  if (traits.hasMain && !(SCRIPT.test(path) && !CHECKS_MAIN.test(source))) return false;
  return source !== "" && isImported;
}

/** The path that a module's name means: `.wire.frames` is `./wire/frames`. */
function pathOf(name: string): string {
  const dots = name.match(/^\.*/)![0].length;
  const up = dots === 0 ? "" : `.${"/..".repeat(dots - 1)}/`;
  return up + name.slice(dots).replace(/::|\.+|\\/g, "/");
}

function endingWith(files: Map<string, Candidate>, end: string): Candidate | undefined {
  if (end === "/") return undefined;
  for (const [stem, one] of files) if (`/${stem}`.endsWith(end)) return one;
  return undefined;
}

/** A path without `.`, `..`, its ending, and the file that makes a folder a module. */
function stemOf(path: string): string {
  const parts: string[] = [];
  for (const part of path.replace(ENDING, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (/^(?:index|__init__)$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join("/");
}

/** Files of one family import each other: C and its headers, JavaScript and TypeScript. */
function familyOf(path: string): string {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return JAVASCRIPT.test(path) ? "js" : /^(?:cc|cxx|cpp)$/.test(ending) ? "c" : ending;
}
