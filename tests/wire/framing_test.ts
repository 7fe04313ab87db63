/**
 * Framing: the frames do not depend on the pieces in which the bytes arrive, and memory grows with
 * the received bytes, not with the announced length.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import { ByteBuffer } from "../../lib/wire/byte_buffer.ts";
import { appendFrame, FrameDecoder, type FrameLimits } from "../../lib/wire/framing.ts";
import { encodeFrame } from "./whole_frame.ts";
import { FrameError } from "../../lib/wire/frame_error.ts";
import {
  HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  STATUS_ERROR,
  STATUS_MESSAGE,
  writeHeader,
} from "../../lib/wire/header.ts";
import { MemoryError } from "../../lib/wire/byte_buffer.ts";
import { bytes, type Frame, text } from "../harness.ts";

const LIMIT = 1000;

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function decoder(limits: Partial<FrameLimits> = {}): FrameDecoder {
  return new FrameDecoder({
    maxPayloadBytes: LIMIT,
    maxStatus: STATUS_ERROR,
    ...limits,
  });
}

/** Gives chunks to a decoder as reads do, and returns the frames. */
function feed(frames: FrameDecoder, ...chunks: Uint8Array[]): Frame[] {
  const all: Frame[] = [];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const room = frames.room();
      assert(room.length > 0, "room() must never be empty");
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      frames.onReceived(part.length);
      at += part.length;
      while (frames.next()) {
        all.push({ status: frames.status, payload: frames.payload().slice() });
      }
    }
  }
  return all;
}

function header(status: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(status, length >> 16, length >> 8, length);
}

const FRAMES: Frame[] = [
  { status: STATUS_MESSAGE, payload: bytes("comnetsii") },
  { status: STATUS_MESSAGE, payload: bytes("") },
  { status: STATUS_ERROR, payload: bytes("Cannot decode") },
  { status: STATUS_MESSAGE, payload: new Uint8Array(300).fill(1) }, // needs two bytes of length
  { status: STATUS_MESSAGE, payload: bytes("\x00\x00\x00\x02ab") }, // looks like a frame
];
const WIRE = concat(
  FRAMES.map(({ status, payload }) => encodeFrame(status, payload)),
);

test("encodeFrame writes a big-endian length before the payload", () => {
  assertEquals(
    encodeFrame(STATUS_MESSAGE, bytes("hi")),
    Uint8Array.of(0x00, 0x00, 0x00, 0x02, 0x68, 0x69),
  );
});

test("encodeFrame writes an error's status into the first byte", () => {
  assertEquals(
    encodeFrame(STATUS_ERROR, bytes("no")),
    Uint8Array.of(0x01, 0x00, 0x00, 0x02, 0x6e, 0x6f),
  );
});

test("encodeFrame writes the header that Python's struct.pack('i', socket.htonl(n)) gives", () => {
  for (
    const [length, python] of [
      [9, [0x00, 0x00, 0x00, 0x09]],
      [255, [0x00, 0x00, 0x00, 0xff]],
      [300, [0x00, 0x00, 0x01, 0x2c]],
      [65_537, [0x00, 0x01, 0x00, 0x01]],
      [1_048_576, [0x00, 0x10, 0x00, 0x00]],
    ] as const
  ) {
    const frame = encodeFrame(STATUS_MESSAGE, new Uint8Array(length));
    assertEquals([...frame.subarray(0, HEADER_BYTES)], [...python]);
    assertEquals(frame.length, HEADER_BYTES + length);
  }
});

test("writeHeader takes the largest length of three bytes", () => {
  const header = new Uint8Array(6).fill(0xaa);
  writeHeader(
    new DataView(header.buffer),
    1,
    STATUS_MESSAGE,
    MAX_PAYLOAD_BYTES,
  );
  assertEquals([...header], [0xaa, 0x00, 0xff, 0xff, 0xff, 0xaa]);
});

test("writeHeader and encodeFrame throw RangeError for one byte more", () => {
  const tooLong = MAX_PAYLOAD_BYTES + 1;
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  assertThrows(
    () => writeHeader(view, 0, STATUS_MESSAGE, tooLong),
    RangeError,
    "16777215, got 16777216",
  );
  assertEquals(view.getUint32(0), 0);
  assertThrows(
    () => encodeFrame(STATUS_MESSAGE, new Uint8Array(tooLong)),
    RangeError,
  );
});

test("appendFrame appends frames to a buffer, which grows", () => {
  const out = new ByteBuffer(1);
  for (const { status, payload } of FRAMES) appendFrame(out, status, payload);
  assertEquals(out.filled(), WIRE);
});

test("FrameDecoder finds many frames in one chunk", () => {
  assertEquals(feed(decoder(), WIRE), FRAMES);
});

test("FrameDecoder joins frames split in two at every byte", () => {
  for (let at = 0; at <= WIRE.length; at++) {
    assertEquals(
      feed(decoder(), WIRE.subarray(0, at), WIRE.subarray(at)),
      FRAMES,
      `split at byte ${at}`,
    );
  }
});

test("FrameDecoder joins frames that arrive in pieces of every size", () => {
  for (let size = 1; size < 40; size++) {
    const pieces = [];
    for (let at = 0; at < WIRE.length; at += size) {
      pieces.push(WIRE.subarray(at, at + size));
    }
    assertEquals(feed(decoder(), ...pieces), FRAMES, `${size} bytes each`);
  }
});

test("FrameDecoder finds 100,000 frames in pieces of 4,099 bytes", () => {
  const count = 100_000;
  const out = new ByteBuffer(count);
  for (let i = 0; i < count; i++) appendFrame(out, 0, bytes(`${i}`));
  const frames = decoder();
  const wire = out.filled();
  let next = 0;
  for (let at = 0; at < wire.length; at += 4099) { // a prime: pieces and frames rarely end together
    for (const { payload } of feed(frames, wire.subarray(at, at + 4099))) {
      assert(text(payload) === `${next}`, `frame ${next}: ${text(payload)}`);
      next++;
    }
  }
  assertEquals(next, count);
});

test("FrameDecoder knows the received bytes and the announced length of an unfinished frame", () => {
  const frames = decoder();
  const seen = [];
  for (const byte of encodeFrame(STATUS_MESSAGE, bytes("abc"))) {
    feed(frames, Uint8Array.of(byte));
    seen.push([frames.buffered, frames.announced]);
  }
  assertEquals(seen, [
    [1, -1],
    [2, -1],
    [3, -1],
    [4, 3],
    [5, 3],
    [6, 3],
    [0, -1], // complete: next() has returned it
  ]);
});

test("FrameDecoder takes a payload of exactly the limit", () => {
  const payload = new Uint8Array(LIMIT).fill(7);
  assertEquals(feed(decoder(), encodeFrame(STATUS_MESSAGE, payload)), [
    { status: STATUS_MESSAGE, payload },
  ]);
});

test("FrameDecoder refuses a length over the limit once the header is complete", () => {
  const frames = decoder();
  const tooLong = header(STATUS_MESSAGE, LIMIT + 1);
  assertEquals(feed(frames, tooLong.subarray(0, 3)), []);
  assertThrows(
    () => feed(frames, tooLong.subarray(3)),
    FrameError,
    "at most 1000 bytes, got a length of 1001",
  );
});

test("FrameDecoder refuses every unknown status after one byte", () => {
  for (const maxStatus of [STATUS_MESSAGE, STATUS_ERROR]) {
    for (let status = 0; status <= 0xff; status++) {
      const one = () => feed(decoder({ maxStatus }), Uint8Array.of(status)).length;
      if (status <= maxStatus) assertEquals(one(), 0);
      else {
        const hex = status.toString(16).padStart(2, "0");
        assertThrows(one, FrameError, `got ${hex}`);
      }
    }
  }
});

test("FrameDecoder checks the status before the length", () => {
  assertThrows(
    () => feed(decoder(), header(0x47, MAX_PAYLOAD_BYTES)),
    FrameError,
    "got 47",
  );
});

test("FrameDecoder returns the frames before a wrong one", () => {
  const frames = decoder();
  const room = frames.room();
  const wire = concat([
    encodeFrame(STATUS_MESSAGE, bytes("good")),
    Uint8Array.of(2),
  ]);
  room.set(wire);
  frames.onReceived(wire.length);
  assert(frames.next());
  assertEquals(text(frames.payload()), "good");
  assertThrows(() => frames.next(), FrameError);
});

test("FrameDecoder allocates nothing for a header that announces 16 MiB", () => {
  const frames = decoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  const before = frames.room().length;
  feed(frames, header(STATUS_MESSAGE, MAX_PAYLOAD_BYTES));
  assertEquals(frames.announced, MAX_PAYLOAD_BYTES);
  assertEquals(frames.room().length, before - HEADER_BYTES);
});

test("FrameDecoder doubles its buffer with the received bytes, up to the frame's size", () => {
  const payload = Uint8Array.from({ length: 1_500_000 }, (_, i) => i);
  const wire = encodeFrame(STATUS_MESSAGE, payload);
  const frames = decoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  const sizes = [frames.bytes.length];
  let found: Frame[] = [];
  for (let at = 0; at < wire.length; at += 100) {
    found = feed(frames, wire.subarray(at, at + 100));
    const size = frames.bytes.length;
    if (size !== sizes.at(-1)) sizes.push(size);
    assert(
      size <= Math.max(sizes[0], 4 * (at + 100)),
      `${size} bytes after ${at}`,
    );
  }
  assertEquals(found.length, 1);
  assertEquals(found[0].payload, payload);
  for (let i = 1; i < sizes.length - 1; i++) {
    assert(sizes[i] >= 2 * sizes[i - 1], `${sizes}`); // otherwise copying takes quadratic time
  }
  assertEquals(sizes.at(-1), wire.length);
});

/** Grants memory up to a limit, and counts the granted bytes. */
class Granter {
  granted = 0;
  limit = Infinity;
  grant = (bytes: number): boolean => {
    if (bytes > 0 && this.granted + bytes > this.limit) return false;
    this.granted += bytes;
    return true;
  };
}

/** A decoder with counted grants, and the size of its first buffer. */
function counted() {
  const granter = new Granter();
  const frames = decoder({
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    grant: granter.grant,
  });
  return { granter, frames, own: frames.bytes.length };
}

const LARGE = encodeFrame(STATUS_MESSAGE, new Uint8Array(100_000).fill(9));

test("FrameDecoder asks for exactly the bytes beyond its first buffer", () => {
  const { granter, frames, own } = counted();
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < LARGE.length; at += 333) {
      feed(frames, LARGE.subarray(at, at + 333));
      assertEquals(granter.granted, frames.bytes.length - own);
    }
    frames.shrink(round * 40_000);
    assertEquals(granter.granted, frames.bytes.length - own);
  }
});

test("FrameDecoder.release returns all memory, also inside a frame and twice", () => {
  const { granter, frames, own } = counted();
  feed(frames, LARGE.subarray(0, 50_000));
  assert(granter.granted > 0);
  for (let i = 0; i < 2; i++) {
    frames.release();
    assertEquals([granter.granted, frames.buffered], [0, 0]);
    assertEquals(frames.bytes.length, own);
  }
  assertEquals(feed(frames, WIRE), FRAMES); // it can be used again
});

test("FrameDecoder.shrink returns memory between frames", () => {
  const { granter, frames, own } = counted();
  feed(frames, LARGE);
  frames.shrink(0);
  assertEquals(granter.granted, 0);
  assertEquals(frames.bytes.length, own);
  assertEquals(feed(frames, WIRE), FRAMES);
});

test("FrameDecoder.shrink keeps memory up to its limit", () => {
  const { frames } = counted();
  feed(frames, LARGE);
  const { length } = frames.bytes;
  frames.shrink(length);
  assertEquals(frames.bytes.length, length);
});

test("FrameDecoder.shrink keeps the received part of a frame", () => {
  const { frames } = counted();
  feed(frames, LARGE.subarray(0, 60_000));
  frames.shrink(0);
  assertEquals(frames.buffered, 60_000);
  assertEquals(feed(frames, LARGE.subarray(60_000)).length, 1);
});

test("FrameDecoder throws MemoryError without a grant, and its count stays correct", () => {
  const { granter, frames, own } = counted();
  granter.limit = 10_000;
  assertThrows(() => feed(frames, LARGE), MemoryError);
  assert(granter.granted <= granter.limit);
  assertEquals(granter.granted, frames.bytes.length - own);
  frames.release();
  assertEquals(granter.granted, 0);
});

test("FrameDecoder continues inside a frame once memory is granted again", () => {
  const { granter, frames, own } = counted();
  granter.limit = 0;
  feed(frames, LARGE.subarray(0, own));
  assertThrows(() => frames.room(), MemoryError);
  granter.limit = Infinity;
  assertEquals(feed(frames, LARGE.subarray(own)).length, 1);
});

test("FrameDecoder without a grant takes frames that fit into its first buffer", () => {
  const { granter, frames, own } = counted();
  granter.limit = 0;
  // Frames of every size that fits, one after the other: at many offsets of the buffer.
  const sizes = Array.from({ length: own - HEADER_BYTES + 1 }, (_, size) => size);
  const wire = concat(sizes.map((size) => encodeFrame(STATUS_MESSAGE, new Uint8Array(size))));
  assertEquals(feed(frames, wire).map(({ payload }) => payload.length), sizes);
  assertEquals(granter.granted, 0);
});
