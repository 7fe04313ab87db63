/**
 * The exports of Moodle and Canvas in ten languages: filled in, and read back by Python.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../lib/cli/failure.ts";
import {
  fillGradebook,
  type GradebookOptions,
  readGradebook,
} from "../../../lib/grade/class/exports/gradebook.ts";
import { bytes, text } from "../../harness.ts";
import { needing } from "../../needs.ts";
import { EXPORT_LANGUAGES, type ExportLanguage } from "./export_languages.ts";
import { LOOPBACK_ONLY, result } from "./made_up.ts";

/** 86 of 100 marks, as the finding about the German worksheet had them. */
const ANN = { ...result("ann"), marks: 86 };
const BOB = result("bob", { "2b": LOOPBACK_ONLY });

/** A CSV file, with cells in quotes that need them. */
function csv(rows: readonly (readonly string[])[], separator: string): string {
  const cell = (value: string) =>
    /[",;\s]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => row.map(cell).join(separator)).join("\r\n") + "\r\n";
}

/** Rows as Python's csv module reads them. */
async function readByPython(content: Uint8Array, separator: string): Promise<string[][]> {
  const file = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeFile(file, content);
    const script = `import csv, json, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    print(json.dumps(list(csv.reader(file, delimiter=sys.argv[2]))))`;
    const { stdout } = await new Deno.Command("python3", { args: ["-c", script, file, separator] })
      .output();
    return JSON.parse(text(stdout));
  } finally {
    await Deno.remove(file);
  }
}

/** Fills an export, and reads it back. */
async function fill(content: string, separator: string, options: GradebookOptions = {}) {
  const gradebook = readGradebook(bytes(content), "export.csv", options);
  const { bytes: filled, notes } = fillGradebook(gradebook, [ANN, BOB], [
    [{ name: "Ann Ångström", number: "7", platform: "moodle", email: "ann@uni.example" }],
    [{ name: "bob@uni.example", login: "bob@uni.example" }],
  ]);
  return { rows: await readByPython(filled, separator), notes, filled: text(filled) };
}

function worksheet({ worksheet, participant, point }: ExportLanguage): string[][] {
  const max = `20${point}00`;
  const rest = ["x", "-", "-", ""];
  return [
    worksheet,
    [`${participant}7`, "Ann Ångström", "ann@uni.example", "s1", "", max, ...rest],
    [`${participant}8`, "Bob Roe", "bob@uni.example", "s1", "", max, ...rest],
    [`${participant}9`, "Cy Doe", "cy@uni.example", "s2", "", max, ...rest],
    [`${participant}10`, "Dee Li", "dee@uni.example", "s1", `12${point}50`, max, ...rest],
  ];
}

function gradebook(language: ExportLanguage): string[][] {
  const { assignment, real, feedback, total, exported } = language;
  const colon = assignment === "作业" ? "：" : ": ";
  const item = `${assignment}${colon}Lab 1`;
  const titles = [...language.gradebook, `${item} (${real})`, `${item} (${feedback})`];
  return [
    [...titles, `${total} (${real})`, exported],
    ["Ann", "Ångström", "u1", "", "CS", "ann@uni.example", "-", "-", "-", "1764295200"],
    ["Bob", "Roe", "u2", "", "CS", "bob@uni.example", "-", "-", "-", "1764295200"],
    ["Cy", "Doe", "u3", "", "CS", "cy@uni.example", "-", "-", "-", "1764295200"],
  ];
}

function canvas({ point }: ExportLanguage): string[][] {
  return [
    ["Student", "ID", "SIS Login ID", "Section", "Lab 1 (501)", "Final Score"],
    ["    Points Possible", "", "", "", `20${point}00`, "(…)"],
    ["Ångström, Ann", "71", "ann@uni.example", "A", "", `0${point}00`],
    ["Roe, Bob", "72", "bob@uni.example", "A", "", `0${point}00`],
    ["Doe, Cy", "73", "cy@uni.example", "A", "", `0${point}00`],
  ];
}

for (const [name, language] of Object.entries(EXPORT_LANGUAGES)) {
  const { point, separator } = language;
  const [ann, bob] = [`17${point}20`, `19${point}00`];

  Deno.test(
    needing(["python3"], {
      name: `${name}: Moodle's grading worksheet is filled with marks of its maximum`,
      fn: async () => {
        for (const between of new Set([",", separator])) {
          const rows = worksheet(language);
          const content = csv(rows, between);
          const { rows: filled, notes, filled: whole } = await fill(content, between);
          rows[1][4] = ann;
          rows[2][4] = bob;
          assertEquals(filled, rows);
          assertEquals(whole.length > content.length, true);
          assertEquals(notes, [
            "In the gradebook without a submission, left as it was; --zero-missing gives 0: Cy Doe; Dee Li",
            "The gradebook's maximum is 20: the marks were scaled to it",
          ]);
        }
      },
    }),
  );

  Deno.test(
    needing(["python3"], {
      name: `${name}: Moodle's gradebook needs its maximum, and is filled with it`,
      fn: async () => {
        const rows = gradebook(language);
        const content = csv(rows, separator);
        const read = () => readGradebook(bytes(content), "export.csv");
        assertThrows(read, Failure, "does not say the maximum");
        const { rows: filled, notes } = await fill(content, separator, { max: 20 });
        const decimal = separator === ";" ? "," : ".";
        rows[1][6] = `17${decimal}2`;
        rows[2][6] = "19";
        assertEquals(filled, rows);
        assertEquals(
          notes[0],
          "In the gradebook without a submission, left as it was; --zero-missing gives 0: Cy Doe",
        );
      },
    }),
  );

  Deno.test(
    needing(["python3"], {
      name: `${name}: Canvas's gradebook is filled with its own numbers`,
      fn: async () => {
        const rows = canvas(language);
        const { rows: filled, notes } = await fill(csv(rows, separator), separator);
        rows[2][4] = ann;
        rows[3][4] = bob;
        assertEquals(filled, rows);
        assertEquals(
          notes[0],
          "In the gradebook without a submission, left as it was; --zero-missing gives 0: Doe, Cy",
        );
      },
    }),
  );
}

Deno.test(
  needing(["python3"], {
    name: "a mark in the gradebook is kept and named, and replaced with --overwrite",
    fn: async () => {
      const rows = worksheet(EXPORT_LANGUAGES.German);
      rows[1][4] = "12,00";
      const kept = await fill(csv(rows, ";"), ";");
      assertEquals(kept.rows[1][4], "12,00");
      assertEquals(
        kept.notes[0],
        "Has a mark in the gradebook, kept; --overwrite replaces it: Ann Ångström (12,00)",
      );
      assertEquals((await fill(csv(rows, ";"), ";", { overwrite: true })).rows[1][4], "17,20");
    },
  }),
);

Deno.test("a gradebook in UTF-16 or in an unknown code page keeps every other byte", () => {
  const content = csv(worksheet(EXPORT_LANGUAGES.German), ";");
  const utf16 = new Uint8Array(2 + content.length * 2);
  [0xff, 0xfe].forEach((byte, i) => utf16[i] = byte);
  const view = new DataView(utf16.buffer);
  for (let i = 0; i < content.length; i++) view.setUint16(2 + i * 2, content.charCodeAt(i), true);
  const latin1 = Uint8Array.from(content, (char) => char.charCodeAt(0));
  for (const [bytes, encoding] of [[utf16, "utf-16le"], [latin1, "latin1"]] as const) {
    const decode = (bytes: Uint8Array) => new TextDecoder(encoding).decode(bytes);
    const gradebook = readGradebook(bytes, "export.csv");
    const { bytes: filled } = fillGradebook(gradebook, [ANN], [
      [{ name: "x", number: "7", platform: "moodle" }],
    ]);
    assertEquals(decode(filled), decode(bytes).replace('s1;;"20', 's1;17,20;"20'));
  }
});
