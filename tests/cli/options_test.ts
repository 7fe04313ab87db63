/**
 * The command line, names of interfaces, and the lines of the input.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import { EXIT_FAILED, EXIT_USAGE, Failure, UsageError } from "../../lib/cli/failure.ts";
import { addressOf, type InterfaceAddress } from "../../lib/cli/interfaces.ts";
import { Lines } from "../../lib/client/lines.ts";
import { type LabProgram } from "../../lib/cli/lab_options.ts";
import { type ClientOptions, parseClientArgs } from "../../lib/client/options.ts";
import { parseServerArgs, type ServerOptions } from "../../lib/server/options.ts";
import { bytes, text } from "../harness.ts";

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

const ABOUT: LabProgram = {
  name: "server1",
  summary: "server1 answers.",
  interface: "lo",
  examples: [["-M", "serve many"]],
};

function server(...args: string[]): ServerOptions {
  const options = parseServerArgs(ABOUT, args);
  assert(!("text" in options), "it shows the help instead");
  return options;
}

function client(...args: string[]): ClientOptions {
  const options = parseClientArgs(ABOUT, args);
  assert(!("text" in options), "it shows the help instead");
  return options;
}

/** Fails unless servers and clients refuse the command line with such a message. */
function assertBothRefuse(args: string[], ...words: string[]): void {
  for (const parse of [server, client]) assertRefused(parse, args, ...words);
}

function assertRefused(
  parse: (...args: string[]) => unknown,
  args: string[],
  ...words: string[]
): void {
  const error = assertThrows(() => parse(...args), UsageError);
  assertEquals(error.exitCode, EXIT_USAGE);
  for (const word of words) assertStringIncludes(error.message, word);
  assert(!error.message.includes("\n"), error.message);
}

test("parseServerArgs gives the defaults for no options", () => {
  assertEquals(server(), {
    port: 3000,
    interface: "lo",
    quiet: false,
    trace: false,
    multiThreaded: false,
    threads: Math.min(navigator.hardwareConcurrency, 8),
    maxConnections: 10_000,
    idleTimeoutMs: 0,
  });
});

test("parseClientArgs gives the defaults for no options", () => {
  assertEquals(client(), {
    port: 3000,
    interface: "lo",
    quiet: false,
    trace: false,
    timeoutMs: 0,
    legacyServer: false,
    texts: [],
  });
});

test("parseServerArgs and parseClientArgs default to the program's interface", () => {
  const about = { ...ABOUT, interface: "eth1" };
  for (const parse of [parseServerArgs, parseClientArgs]) {
    const options = parse(about, []);
    assert(!("text" in options));
    assertEquals(options.interface, "eth1");
  }
});

// Each option in every form that the original's optparse accepted.
const SERVER_FORMS: [Partial<ServerOptions>, string[]][] = [
  [{ port: 4000 }, ["-p 4000", "-p4000", "--port 4000", "--port=4000"]],
  [{ port: 0 }, ["-p 0", "-p0", "--port 0", "--port=0"]],
  [{ port: 65_535 }, ["-p 65535", "--port=65535"]],
  [
    { interface: "eth0" },
    ["-I eth0", "-Ieth0", "--interface eth0", "--interface=eth0"],
  ],
  [{ multiThreaded: true }, ["-M", "--multi-threaded"]],
  [{ quiet: true }, ["-q", "--quiet"]],
  [{ trace: true }, ["-t", "--trace"]],
  [{ multiThreaded: true, quiet: true }, ["-Mq", "-qM", "-M --quiet"]],
  [
    { multiThreaded: true, quiet: true, port: 4000 },
    ["-Mqp4000", "-Mqp 4000", "-p 4000 -Mq"],
  ],
  [
    { multiThreaded: true, threads: 3 },
    ["-M -T 3", "-MT3", "-M --threads 3", "--threads=3 -M"],
  ],
  [
    { multiThreaded: true, maxConnections: 7 },
    ["-M --max-connections 7", "--max-connections=7 -M"],
  ],
  [{ idleTimeoutMs: 2000 }, ["--idle-timeout 2", "--idle-timeout=2"]],
  [{ idleTimeoutMs: 250 }, ["--idle-timeout 0.25"]],
  [{ idleTimeoutMs: 0 }, ["--idle-timeout 0"]],
];
for (const [expected, forms] of SERVER_FORMS) {
  for (const form of forms) {
    test(`parseServerArgs reads ${form}`, () => {
      assertEquals(server(...form.split(" ")), { ...server(), ...expected });
    });
  }
}

const CLIENT_FORMS: [Partial<ClientOptions>, string[]][] = [
  [{ port: 4000 }, ["-p 4000", "-p4000", "--port 4000", "--port=4000"]],
  [
    { interface: "eth0" },
    ["-I eth0", "-Ieth0", "--interface eth0", "--interface=eth0"],
  ],
  [{ address: "10.0.0.1" }, [
    "-a 10.0.0.1",
    "-a10.0.0.1",
    "--use-ip-addr 10.0.0.1",
    "--use-ip-addr=10.0.0.1",
  ]],
  [{ address: "::1" }, ["-a ::1", "--use-ip-addr=::1"]],
  [{ quiet: true }, ["-q", "--quiet"]],
  [{ trace: true }, ["-t", "--trace"]],
  [{ quiet: true, trace: true }, ["-qt", "-tq"]],
  [{ legacyServer: true }, ["--legacy-server"]],
  [{ timeoutMs: 1500 }, ["--timeout 1.5", "--timeout=1.5"]],
];
for (const [expected, forms] of CLIENT_FORMS) {
  for (const form of forms) {
    test(`parseClientArgs reads ${form}`, () => {
      assertEquals(client(...form.split(" ")), { ...client(), ...expected });
    });
  }
}

test("the last of two values counts, in every form", () => {
  assertEquals(server("-p", "1", "--port=2").port, 2);
  assertEquals(client("--port=2", "-p1").port, 1);
});

for (
  const bad of ["", "abc", "3000x", "3 000", "-1", "65536", "1e3", "0x10"]
    .concat(["3.5", " 3000", "٣٠٠٠", "NaN", "Infinity", "99999999999999999999"])
) {
  test(`a port of "${bad}" is wrong usage`, () => {
    assertBothRefuse([`--port=${bad}`], "--port");
    assertBothRefuse(["-p", bad]);
  });
}

for (const name of ["threads", "max-connections", "idle-timeout"]) {
  test(`parseServerArgs refuses a --${name} that is not a number or out of range`, () => {
    for (const bad of ["", "abc", "-1", "1e9", "99999999999", "0x1"]) {
      assertRefused(server, ["-M", `--${name}=${bad}`], `--${name}`);
    }
  });
}

test("parseServerArgs refuses 0 threads and 0 connections", () => {
  assertRefused(server, ["-M", "-T", "0"], "--threads (-T)", '"0"');
  assertRefused(server, ["-M", "--max-connections", "0"], "--max-connections");
});

for (const address of ["127.1", "1.2.3", "2130706433", "300.1.1.1", "1.2.3.4.5", "1..2.3"]) {
  test(`parseClientArgs refuses the incomplete address ${address}`, () => {
    assertRefused(client, ["-a", address], "--use-ip-addr (-a)", `"${address}"`);
  });
}

test("parseClientArgs refuses a --timeout that is not a number", () => {
  for (const bad of ["", "abc", "-1", "1s", "1e3"]) {
    assertRefused(client, [`--timeout=${bad}`], "--timeout");
  }
});

test("a bad number's message quotes it and gives the range", () => {
  assertBothRefuse(["-p", "70000"], "--port (-p)", '"70000"', "0 to 65535");
});

for (
  const unknown of ["-x", "--prot", "--prot=3", "-Mx", "--no-quiet", "-P"]
    .concat(["--port.x=1", "--__proto__=1", "--constructor", "-5", "--Port=1"])
) {
  test(`${unknown} is an unknown option`, () => {
    assertBothRefuse([unknown]);
  });
}

test("a negative port is a wrong port, not a text", () => {
  for (const form of [["-p", "-1"], ["--port", "-1"], ["-qp", "-1"], ["-p=-1"]]) {
    assertBothRefuse(form, "--port (-p)", '"-1"');
  }
});

test("seconds may begin or end with the point", () => {
  assertEquals(client("--timeout", ".5").timeoutMs, 500);
  assertEquals(client("--timeout", "5.").timeoutMs, 5000);
});

test("an unknown option's message quotes it", () => {
  assertBothRefuse(["--prot=3"], '"--prot=3"', "there is no option --prot; did you mean --port?");
  assertBothRefuse(["-qZ"], '"-qZ"', "there is no option -Z");
});

test("an option of the other kind of program is unknown", () => {
  assertRefused(client, ["-M"], "-M");
  assertRefused(client, ["--idle-timeout", "3"], "--idle-timeout");
  assertRefused(server, ["-a", "10.0.0.1"], "-a");
  assertRefused(server, ["--timeout=3"], "--timeout");
});

test("an option without its value is wrong usage", () => {
  for (const option of ["-p", "--port", "--port=", "-I", "--interface"]) {
    assertBothRefuse([option]);
    assertBothRefuse([option, "-q"]);
  }
  assertRefused(client, ["-a"], "--use-ip-addr (-a)", "value");
  assertRefused(client, ["--use-ip-addr="], "value");
});

test("a value for a switch is wrong usage", () => {
  for (const arg of ["--quiet=yes", "--quiet=true", "--quiet=false"]) {
    assertBothRefuse([arg], `"${arg}"`);
  }
  for (const arg of ["-q=true", "-q=false", "-q5", "-tq5"]) assertBothRefuse([arg]);
});

test("an unknown letter after known ones is wrong usage, with and without a value", () => {
  for (const arg of ["-tx", "-tx5", "-tx1.2.3.4"]) assertBothRefuse([arg]);
});

for (const stray of ["4000", "eth1", "true", "false", "0", "-"]) {
  test(`parseServerArgs refuses the stray argument ${stray}`, () => {
    assertRefused(server, [stray], `"${stray}"`);
    assertRefused(server, ["-q", stray], `"${stray}"`);
    assertRefused(server, ["-q", "--", stray], `"${stray}"`);
  });
}

test("parseClientArgs keeps texts unchanged, before and after options", () => {
  const texts = ["comm", "007", "1e3", "0x10", "true", "false", "-", " a b ", "é"];
  assertEquals(client(...texts).texts, texts);
  for (const text of texts) {
    assertEquals(client(text).texts, [text]);
    assertEquals(client("-q", text), { ...client(text), quiet: true });
    assertEquals(client(text, "-q"), { ...client(text), quiet: true });
    assertEquals(client("--quiet", text, "-t").texts, [text]);
    assertEquals(client("-p", "1", text, "-I", "lo", text).texts, [text, text]);
  }
});

test("parseClientArgs accepts an empty text", () => {
  assertEquals(client("").texts, [""]);
  assertEquals(client("-q", "", "a").texts, ["", "a"]);
});

test("parseClientArgs treats everything after -- as texts", () => {
  const texts = ["-q", "--port", "--nope=1", "--quiet=true", "--", "true", "7"];
  assertEquals(client("--", ...texts), { ...client(), texts });
  assertEquals(client("-t", "a", "--", "-p"), {
    ...client("a", "-t"),
    texts: ["a", "-p"],
  });
});

test("an interface may be called true or 7", () => {
  for (const name of ["true", "false", "7"]) {
    assertEquals(server("-I", name).interface, name);
    assertEquals(client(`--interface=${name}`).interface, name);
  }
});

const PARSERS = [["server", parseServerArgs], ["client", parseClientArgs]] as const;
for (const [kind, parse] of PARSERS) {
  test(`the help of a ${kind} fits 80 columns and has every option`, () => {
    for (const arg of ["-h", "--help"]) {
      const options = parse(ABOUT, [arg]);
      assert("text" in options);
      for (const line of options.text.split("\n")) {
        assert(line.length <= 80 && line === line.trimEnd(), line);
      }
      const common = ["-p, --port N", "-I, --interface NAME", "-q, --quiet"]
        .concat(["-t, --trace", "-h, --help", "-V, --version", "Usage: "]);
      const own = kind === "client"
        ? ["-a, --use-ip-addr ADDR", "--timeout S", "--legacy-server"]
        : ["-M, --multi-threaded", "-T, --threads N", "--max-connections N"]
          .concat(["--idle-timeout S"]);
      for (const word of [...common, ...own]) {
        assertStringIncludes(options.text, word);
      }
    }
  });

  test(`the version of a ${kind} is one line with its name`, () => {
    for (const arg of ["-V", "--version"]) {
      const options = parse(ABOUT, [arg]);
      assert("text" in options);
      assert(/^server1 \d+\.\d+\.\d+$/.test(options.text), options.text);
    }
  });
}

/** A machine's list of interfaces, from lines such as `eth1 10.0.0.1`. */
function machine(...lines: string[]): InterfaceAddress[] {
  return lines.map((line) => {
    const [name, address] = line.split(" ");
    return { name, address, family: address.includes(":") ? "IPv6" : "IPv4" };
  });
}

const LINUX = machine(
  "lo 127.0.0.1",
  "eth1 10.0.0.1",
  "lo ::1",
  "eth1 fe80::1",
);

test("addressOf returns the interface's address", () => {
  assertEquals(addressOf("lo", LINUX), "127.0.0.1");
  assertEquals(addressOf("eth1", LINUX), "10.0.0.1");
});

test("addressOf finds lo by its address under another name", () => {
  for (const name of ["lo0", "Loopback Pseudo-Interface 1"]) {
    const own = { name, family: "IPv4", address: "127.0.0.1" } as const;
    assertEquals(addressOf("lo", [...machine("en0 10.0.0.1"), own]), "127.0.0.1");
  }
  const other = machine("lo0 fe80::1", "lo0 ::1", "en0 10.0.0.1");
  assertEquals(addressOf("lo", other), "::1");
});

test("addressOf returns lo's loopback address if lo has other addresses", () => {
  assertEquals(addressOf("lo", machine("lo 10.1.1.1", "lo 127.0.0.1")), "127.0.0.1");
});

test("addressOf prefers IPv4 in any order of the list", () => {
  const all = machine("eth1 2001:db8::1", "eth1 10.0.0.1", "eth0 10.0.0.2");
  assertEquals(addressOf("eth1", all), "10.0.0.1");
});

test("addressOf returns a link-local address only if there is no other", () => {
  const all = machine("eth1 fe80::1", "eth1 2001:db8::1", "eth2 fe80::2");
  assertEquals(addressOf("eth1", all), "2001:db8::1");
  assertEquals(addressOf("eth2", all), "fe80::2%eth2");
});

test("addressOf lists the machine's interfaces in the message for an unknown name", () => {
  const error = assertThrows(() => addressOf("eth9", LINUX), Failure, '"eth9"');
  assertEquals(error.exitCode, EXIT_FAILED);
  assertStringIncludes(error.message, "lo (127.0.0.1, ::1)");
  assertStringIncludes(error.message, "eth1 (10.0.0.1, fe80::1%eth1)");
  assertStringIncludes(error.message, "-I");
});

test("addressOf has a message for a machine without interfaces", () => {
  assertThrows(() => addressOf("lo", []), Failure, '"lo"');
});

/** The lines of a stream of chunks. */
async function linesOf(chunks: Uint8Array[], most = 100): Promise<string[]> {
  const lines = [];
  const stream = ReadableStream.from(chunks.map((chunk) => chunk.slice()));
  for await (const line of new Lines(stream, most)) lines.push(text(line));
  return lines;
}

/** The obvious version, for short lines. */
function slowLines(input: string): string[] {
  const lines = input.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop(); // nothing after the last line break
  return lines;
}

const INPUTS = [
  "",
  "\n",
  "\r\n",
  "a",
  "a\n",
  "a\r\n",
  "a\r", // no line break: it belongs to the line
  "a\rb\r\rc\r\r\n",
  "héllo\n\n  spaced \n",
  "one\r\n\r\ntwo\n\n\nthree",
  "\n\n\n",
];

test("Lines splits as the obvious version does, for chunks that end at any byte", async () => {
  for (const input of INPUTS) {
    const all = bytes(input);
    const expected = slowLines(input);
    for (let at = 0; at <= all.length; at++) {
      const chunks = [all.subarray(0, at), all.subarray(at)];
      assertEquals(await linesOf(chunks), expected, `${all} split at ${at}`);
    }
    const single = Array.from(all, (byte) => Uint8Array.of(byte));
    assertEquals(await linesOf(single), expected, `${all} byte by byte`);
  }
});

test("Lines returns a line of the limit unchanged, and more than the limit of a longer one", async () => {
  const most = 20;
  for (let length = most - 2; length <= most + 5; length++) {
    for (const end of ["\n", "\r\n"]) {
      const line = "x".repeat(length);
      const all = bytes(`before${end}${line}${end}after${end}${line}`);
      for (let size = 1; size <= all.length; size++) {
        const chunks = [];
        for (let at = 0; at < all.length; at += size) {
          chunks.push(all.subarray(at, at + size));
        }
        const [before, first, after, last, ...more] = await linesOf(chunks, most);
        assertEquals([before, after, more], ["before", "after", []]);
        for (const long of [first, last]) {
          if (length <= most) assertEquals(long, line);
          else assert(long.length > most, `${long.length} of ${length}`);
        }
      }
    }
  }
});

test("Lines cuts a line of 5 MB and keeps the following ones", async () => {
  const long = new Uint8Array(5_000_000).fill(0x78);
  for (const end of ["\n", "\r\n"]) {
    const all = concat([long, bytes(`${end}a${end}${end}b`)]);
    for (const size of [1 << 16, 999, all.length]) {
      const chunks = [];
      for (let at = 0; at < all.length; at += size) {
        chunks.push(all.subarray(at, at + size));
      }
      const [first, ...others] = await linesOf(chunks, 1000);
      assert(isJustTooLong(first, 1000), `${first.length} bytes`);
      assertEquals(others, ["a", "", "b"]);
    }
  }
});

test("Lines.more is true if the next line has been read already", async () => {
  const lines = new Lines(ReadableStream.from(["a\nb\n\n", "c\nd"].map(bytes)), 100);
  const seen = [];
  for await (const line of lines) {
    // "d" has no line end: `more` is false before it.
    seen.push(text(line));
    if (["a", "b"].includes(text(line))) assert(lines.more, `after ${text(line)}`);
    if (["c", "d"].includes(text(line))) assert(!lines.more, `after ${text(line)}`);
  }
  assertEquals(seen, ["a", "b", "", "c", "d"]);
  assert(!lines.more);
});

function isJustTooLong(line: string, most: number): boolean {
  return line.length === most + 1 || line.length === most + 2;
}
