/**
 * What a box may not ask the kernel for: keys of whoever started it, memory that no
 * process is seen to have, and sockets that no network of its own holds back. As a
 * filter for seccomp, which bubblewrap hands to the kernel.
 *
 * - https://docs.kernel.org/userspace-api/seccomp_filter.html
 *
 * @module
 */

/** A machine's number for the kernel's audit, and its system calls' numbers. */
interface Machine {
  audit: number;
  socket: number;
  /** keyctl, add_key, request_key, memfd_create, memfd_secret, shmget, io_uring_setup, bpf, perf_event_open, userfaultfd. */
  refused: number[];
}

const MACHINES: { [arch: string]: Machine | undefined } = {
  x86_64: {
    audit: 0xc000003e,
    socket: 41,
    refused: [250, 248, 249, 319, 447, 29, 425, 321, 298, 323],
  },
  aarch64: {
    audit: 0xc00000b7,
    socket: 198,
    refused: [219, 217, 218, 279, 447, 194, 425, 280, 241, 282],
  },
};

/** Families of sockets that a network of one's own does not hold back: AF_ALG, AF_VSOCK. */
const FAMILIES = [38, 40];
/** Where the filter finds what it looks at. */
const AT = { call: 0, machine: 4, firstArgument: 16 };
/** Numbers from here on are x32's, another way to the same calls. */
const X32 = 0x40000000;
const ALLOW = 0x7fff0000;
/** As if this kernel did not have the call: programs then do without. */
const REFUSE = 0x00050000 | 38;

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** One instruction; the jumps say how many are stepped over. */
type Instruction = [code: number, jumpIf: number, jumpElse: number, operand: number];

/** The filter for this machine; undefined if its system calls are not known here. */
export function systemCallFilter(arch: string = Deno.build.arch): Uint8Array | undefined {
  const machine = MACHINES[arch];
  if (!machine) return undefined;
  const { audit, socket, refused } = machine;
  const steps: Instruction[] = [
    [LOAD, 0, 0, AT.machine],
    [IF_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, REFUSE],
    [LOAD, 0, 0, AT.call],
    ...[[IF_AT_LEAST, X32], ...refused.map((call) => [IF_EQUAL, call])].flatMap((
      [code, operand],
    ): Instruction[] => [[code, 0, 1, operand], [RETURN, 0, 0, REFUSE]]),
    [IF_EQUAL, 1, 0, socket],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, AT.firstArgument],
    ...FAMILIES.flatMap((family): Instruction[] => [
      [IF_EQUAL, 0, 1, family],
      [RETURN, 0, 0, REFUSE],
    ]),
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = new DataView(new ArrayBuffer(steps.length * 8));
  for (const [i, [code, jumpIf, jumpElse, operand]] of steps.entries()) {
    bytes.setUint16(i * 8, code, true);
    bytes.setUint8(i * 8 + 2, jumpIf);
    bytes.setUint8(i * 8 + 3, jumpElse);
    bytes.setUint32(i * 8 + 4, operand, true);
  }
  return new Uint8Array(bytes.buffer);
}
