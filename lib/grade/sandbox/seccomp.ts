/**
 * The seccomp filter of a sandbox. It refuses system calls for the user's keys, for memory that
 * the kernel charges to no process, for sockets outside the network namespace, and for typing into
 * a terminal.
 *
 * - https://docs.kernel.org/userspace-api/seccomp_filter.html
 *
 * @module
 */

/** A machine's number for the kernel's audit, and the numbers of its system calls. */
interface Machine {
  audit: number;
  /** socket, socketpair. */
  sockets: number[];
  ioctl: number;
  setsockopt: number;
  /**
   * keyctl, add_key, request_key, memfd_create, memfd_secret, shmget, semget, msgget,
   * io_uring_setup, bpf, perf_event_open, userfaultfd; and ptrace, process_vm_readv,
   * process_vm_writev, pidfd_getfd: the sandbox's first process has no filter, and must not
   * be made to act for another.
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

/** AF_UNIX, AF_INET, AF_INET6: a network namespace contains these. */
const FAMILIES = [1, 2, 10];
/** Of AF_NETLINK only NETLINK_ROUTE, which lists interfaces: the others reach far into the kernel. */
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
/** TIOCSTI and TIOCLINUX type into a terminal; TIOCSETD loads modules of the kernel. */
const REQUESTS = [0x5412, 0x541c, 0x5423];
const SOL_SOCKET = 1;
/** SO_SNDBUF and SO_RCVBUF: buffers are memory that no process is charged with. */
const BUFFERS = [7, 8];
/** Where the filter finds the lower half of what it compares. */
const AT = { call: 0, machine: 4, first: 16, second: 24, third: 32 };
/** Numbers from here on are x32's, another way to the same calls. */
const X32 = 0x40000000;
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
/** ENOSYS: as if this kernel did not have the call. Programs then do without. */
const REFUSE = ERRNO | 38;
const NOT_PERMITTED = ERRNO | 1;
/** The call succeeds and does nothing: an honest program goes on with the usual buffers. */
const IGNORE = ERRNO | 0;

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** One instruction; the jumps are the numbers of instructions that are skipped. */
type Instruction = [code: number, jumpIf: number, jumpElse: number, operand: number];

/** Instructions that skip a block unless a loaded value is this. */
function when(operand: number, block: Instruction[], code = IF_EQUAL): Instruction[] {
  return [[code, 0, block.length, operand], ...block];
}

/** The filter for this machine; undefined if its system calls are not known here. */
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
