/** The words that a source compares with its arguments, in several languages. */
import { assertEquals } from "@std/assert";
import { modesIn } from "../../../lib/grade/find/modes.ts";

const SOURCES: [string, string, string[]][] = [
  ["Python", `if sys.argv[1] == "nasluch":\nelif sys.argv[1] == "pytania":`, [
    "nasluch",
    "pytania",
  ]],
  ["Python's match", `match sys.argv[1:]:\n  case ["s1"]:\n  case ["k2", ip]:`, ["s1", "k2"]],
  ["JavaScript", "switch (mod) {\n case 'szerver1': a();\n case 'kliens': b();", [
    "szerver1",
    "kliens",
  ]],
  ["a table of functions", "const jobb = {\n  ett: () => a(),\n};\njobb[process.argv[2]]();", [
    "ett",
  ]],
  ["C", `if (!strcmp(argv[1], "obsluha-a")) serve(); else if (argc < 2) return 2;`, ["obsluha-a"]],
  ["Java", `if (a[0].equals("ακρόαση")) x(); else if ("ερώτηση".equals(a[0])) y();`, [
    "ακρόαση",
    "ερώτηση",
  ]],
  ["Go", `viec := map[string]func(){\n  "may1": func() { nghe() },\n}\nviec[os.Args[1]]()`, [
    "may1",
  ]],
  ["Rust", `match args { ["ura", "bit"] => serve(), _ => exit(1) }`, ["ura", "bit"]],
  ["Ruby", "case ARGV[0]\nwhen 'kuuntele' then a\nwhen 'kysy' then b\nend", ["kuuntele", "kysy"]],
  ["Perl", "my %posao = ('prvi' => sub { a() }, 'drugi' => sub { b() });", ["prvi", "drugi"]],
  ["PHP", "match ($argv[1]) { 'pocuvaj' => a(), default => exit(1) };", ["pocuvaj"]],
  ["a shell", 'case "$1" in # $args\n  serwer) a ;;\n  pytaj|py) b ;;\nesac', [
    "serwer",
    "pytaj",
    "py",
  ]],
  ["Tcl", "lassign $argv modus\nswitch -- $modus {\n  binaer { a }\n  tekst  { b }\n}", [
    "binaer",
    "tekst",
  ]],
];

for (const [language, source, words] of SOURCES) {
  Deno.test(`modesIn() finds the words that ${language} compares`, () => {
    assertEquals(modesIn(source), words);
  });
}

Deno.test("modesIn() takes a digit only if there is no word, and no command that ends a client", () => {
  assertEquals(modesIn(`if (line == "exit") stop(); if (c == '1') n++; if (mode == "b") x();`), [
    "b",
  ]);
  assertEquals(modesIn(`if (argv[1] == "1") one(); else if (argv[1] == "2") two();`), ["1", "2"]);
});
