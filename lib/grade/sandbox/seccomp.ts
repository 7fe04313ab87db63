/**
 * The seccomp filter of a sandbox. It refuses system calls for kernel keyrings, for memory that the
 * kernel charges to no process, for sockets outside the network namespace, and for input into a
 * terminal (TIOCSTI).
 *
 * - https://docs.kernel.org/userspace-api/seccomp_filter.html
 *
 * @module
 */

/** An architecture: its audit number in the kernel, and its system call numbers. */
interface Machine {
  audit: number;
  /** socket, socketpair. */
  sockets: number[];
  ioctl: number;
  setsockopt: number;
  /**
   * keyctl, add_key, request_key, memfd_create, memfd_secret, shmget, semget, msgget,
   * io_uring_setup, bpf, perf_event_open, userfaultfd; and ptrace, process_vm_readv,
   * process_vm_writev, pidfd_getfd: the sandbox's first process has no filter, and no
   * program may control it.
   */
  refused: number[];
}

const MACHINES: { [arch: string]: Machine | undefined } = {
  x86_64: {
    audit: 0xc000003e,
    sockets: [41, 53],
    ioctl: 16,
    setsockopt: 54,
    refused: [250, 248, 249, 319, 447, 29, 64, 68, 425, 321, 298, 323, 101, 310, 311, 438],
  },
  aarch64: {
    audit: 0xc00000b7,
    sockets: [198, 199],
    ioctl: 29,
    setsockopt: 208,
    refused: [219, 217, 218, 279, 447, 194, 190, 186, 425, 280, 241, 282, 117, 270, 271, 438],
  },
};

/** AF_UNIX, AF_INET, AF_INET6: the network namespace isolates these. */
const FAMILIES = [1, 2, 10];
/** Of AF_NETLINK only NETLINK_ROUTE, which lists interfaces: other protocols expose more of the kernel. */
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
/** TIOCSTI and TIOCLINUX insert terminal input; TIOCSETD loads kernel modules. */
const REQUESTS = [0x5412, 0x541c, 0x5423];
const SOL_SOCKET = 1;
/** SO_SNDBUF and SO_RCVBUF: the memory of socket buffers is charged to no process. */
const BUFFERS = [7, 8];
/** Offsets in `struct seccomp_data`: of an argument, the lower 32 bits. */
const AT = { call: 0, machine: 4, first: 16, second: 24, third: 32 };
/** System call numbers from here on belong to the x32 ABI: other numbers for the same calls. */
const X32 = 0x40000000;
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
/** ENOSYS: the kernel does not have this call. Programs have a fallback for that. */
const REFUSE = ERRNO | 38;
const NOT_PERMITTED = ERRNO | 1;
/** Errno 0: the call does nothing and returns success. The program uses the default buffers. */
const IGNORE = ERRNO | 0;

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** One BPF instruction; a jump is the number of instructions to skip. */
type Instruction = [code: number, jumpIf: number, jumpElse: number, operand: number];

/** Instructions that run a block only if the loaded value equals the operand. */
function when(operand: number, block: Instruction[], code = IF_EQUAL): Instruction[] {
  return [[code, 0, block.length, operand], ...block];
}

/** The filter for an architecture; undefined if it is not in {@linkcode MACHINES}. */
export function systemCallFilter(arch: string = Deno.build.arch): Uint8Array | undefined {
  const machine = MACHINES[arch];
  if (!machine) return undefined;
  const refuse: Instruction[] = [[RETURN, 0, 0, REFUSE]];
  const allow: Instruction[] = [[RETURN, 0, 0, ALLOW]];
  const anySocket: Instruction[] = [
    [LOAD, 0, 0, AT.first],
    ...FAMILIES.flatMap((family) => when(family, allow)),
    ...when(AF_NETLINK, [[LOAD, 0, 0, AT.third], ...when(NETLINK_ROUTE, allow)]),
    ...refuse,
  ];
  const anyRequest: Instruction[] = [
    [LOAD, 0, 0, AT.second],
    ...REQUESTS.flatMap((request) => when(request, [[RETURN, 0, 0, NOT_PERMITTED]])),
    ...allow,
  ];
  const anyOption: Instruction[] = [
    [LOAD, 0, 0, AT.second],
    ...when(SOL_SOCKET, [
      [LOAD, 0, 0, AT.third],
      ...BUFFERS.flatMap((option) => when(option, [[RETURN, 0, 0, IGNORE]])),
    ]),
    ...allow,
  ];
  return assemble([
    [LOAD, 0, 0, AT.machine],
    [IF_EQUAL, 1, 0, machine.audit],
    ...refuse,
    [LOAD, 0, 0, AT.call],
    ...when(X32, refuse, IF_AT_LEAST),
    ...machine.refused.flatMap((call) => when(call, refuse)),
    ...machine.sockets.flatMap((call) => when(call, anySocket)),
    ...when(machine.ioctl, anyRequest),
    ...when(machine.setsockopt, anyOption),
    ...allow,
  ]);
}

function assemble(steps: Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(steps.length * 8));
  for (const [i, [code, jumpIf, jumpElse, operand]] of steps.entries()) {
    bytes.setUint16(i * 8, code, true);
    bytes.setUint8(i * 8 + 2, jumpIf);
    bytes.setUint8(i * 8 + 3, jumpElse);
    bytes.setUint32(i * 8 + 4, operand, true);
  }
  return new Uint8Array(bytes.buffer);
}
