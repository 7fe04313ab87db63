/** The dissector for Wireshark: captures made here, as tshark shows them. */
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch } from "@std/assert";
import { utf8Bytes } from "../../lib/wire/text.ts";
import { Program } from "../harness.ts";
import { needing } from "../needs.ts";

const DISSECTOR = fileURLToPath(new URL("../../lib/wire/wireshark.lua", import.meta.url));
const CLIENT_PORT = 40_000;

/** The payload of one TCP segment. */
interface Segment {
  fromClient: boolean;
  payload: number[];
}

function request(...payload: number[]): Segment {
  return { fromClient: true, payload };
}

function reply(...payload: number[]): Segment {
  return { fromClient: false, payload };
}

/** A frame's bytes: status, length, payload. */
function frame(status: number, text: string): number[] {
  const payload = utf8Bytes(text);
  return [status, ...bigEndian(payload.length, 3), ...payload];
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => value >>> 8 * (bytes - 1 - i) & 0xff);
}

/** One TCP connection as a capture file: pcap, big-endian, each packet with its IPv4 header first. */
function capture(segments: Segment[], port: number): Uint8Array {
  const u16 = (value: number) => bigEndian(value, 2);
  const u32 = (value: number) => bigEndian(value, 4);
  const next = { true: 1, false: 1 }; // sequence numbers of client and server
  const packets = segments.flatMap(({ fromClient, payload }, i) => {
    const [from, to] = fromClient ? [CLIENT_PORT, port] : [port, CLIENT_PORT];
    const [seq, ack] = [next[`${fromClient}`], next[`${!fromClient}`]];
    next[`${fromClient}`] += payload.length;
    const flags = [0x50, 0x18]; // a header of 20 bytes; PSH and ACK
    const tcp = [u16(from), u16(to), u32(seq), u32(ack), flags, u16(0xffff), u16(0), u16(0)].flat();
    const length = 20 + tcp.length + payload.length;
    const address = [127, 0, 0, 1];
    const ip = [[0x45, 0], u16(length), u32(0), [64, 6, 0, 0], address, address].flat();
    return [...u32(i), ...u32(0), ...u32(length), ...u32(length), ...ip, ...tcp, ...payload];
  });
  const header = [u32(0xa1b2c3d4), u16(2), u16(4), u32(0), u32(0), u32(0xffff), u32(101)].flat();
  return new Uint8Array([...header, ...packets]);
}

/** What tshark prints for the segments, a line for each packet. */
async function tshark(segments: Segment[], args: string[], port = 3000): Promise<string[]> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, capture(segments, port));
    const argv = ["tshark", "-X", `lua_script:${DISSECTOR}`, "-r", file, ...args];
    await using program = new Program(argv);
    assertEquals(await program.exit(), 0, program.stderr.text);
    assertEquals(program.stderr.text.match(/lua.*/i), null);
    return program.stdout.text.trimEnd().split("\n");
  } finally {
    await Deno.remove(file);
  }
}

/** The Info columns of the packets with frames. */
async function infos(...segments: Segment[]): Promise<string[]> {
  const lines = await tshark(segments, ["-Y", "lab"]);
  return lines.map((line) => line.replace(/^.* LAB \d+ /, ""));
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["tshark"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

test("wireshark.lua shows kind, length and text of each frame of a segment", async () => {
  assertEquals(
    await infos(
      request(...frame(0, "hi"), ...frame(0, "ho")),
      reply(...frame(0, "01101000"), ...frame(1, "Cannot")),
      reply(...frame(0, "")),
      request(...frame(0, "")),
    ),
    [
      "request, length 2: hi | request, length 2: ho",
      "reply, length 8: 01101000 | error, length 6: Cannot",
      "reply, length 0",
      "request, length 0 (ends the conversation)",
    ],
  );
});

test("wireshark.lua joins a frame from its segments, and marks it", async () => {
  const segments = [
    request(0, 0),
    request(0, 2, 0x68),
    request(0x69, ...frame(0, "a"), 0, 0),
    reply(...frame(0, "x".repeat(30)).slice(0, 20)),
    request(0, 2, 0x68, 0x6f, ...frame(0, "b")),
    reply(...Array(14).fill(0x78)),
  ];
  assertEquals(await infos(...segments), [
    "request, length 2: hi (split over segments) | request, length 1: a",
    "request, length 2: ho (split over segments) | request, length 1: b",
    `reply, length 30: ${"x".repeat(30)} (split over segments)`,
  ]);
  const fields = ["lab.status", "lab.length", "lab.text", "lab.split"];
  const columns = ["-T", "fields", ...fields.flatMap((name) => ["-e", name])];
  assertEquals(await tshark(segments, ["-Y", "lab.length == 30", ...columns]), [
    `0\t30\t${"x".repeat(30)}\t1`,
  ]);
  assertEquals(await tshark(segments, ["-Y", 'lab.text == "hi"', ...columns]), [
    "0,0\t2,1\thi,a\t1,0",
  ]);
});

test("wireshark.lua shortens a text at a whole character, without control characters", async () => {
  const [long, control] = await infos(
    request(...frame(0, "é".repeat(29) + "x" + "é".repeat(5))),
    reply(...frame(1, "a\x1b[31m\nb\u009bc")),
  );
  assertEquals(long, `request, length 69: ${"é".repeat(29)}x…`);
  assertEquals(control, "error, length 11: a.[31m.b.c");
});

test("wireshark.lua says what is not a frame of the lab", async () => {
  assertEquals(
    await infos(
      request(...utf8Bytes("GET / HTTP/1.1\r\n\r\n")),
      request(...frame(1, "a client sends no errors")),
      reply(...frame(0, "h"), 2),
    ),
    [
      "not a frame of the lab",
      "not a frame of the lab",
      "reply, length 1: h | not a frame of the lab",
    ],
  );
});

test("wireshark.lua reads another port with -d", async () => {
  const segments = [request(...frame(0, "hi")), reply(...frame(0, "01"))];
  const lines = await tshark(segments, ["-d", "tcp.port==4000,lab"], 4000);
  assertMatch(lines[0], / LAB .* request, length 2: hi$/);
  assertMatch(lines[1], / LAB .* reply, length 2: 01$/);
});
