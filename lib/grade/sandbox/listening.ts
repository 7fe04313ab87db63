/**
 * Who listens, as Linux tells it in /proc.
 *
 * @module
 */

/** Where somebody listens. */
export interface Listening {
  /** The address, `0.0.0.0` or `::` for all of them. */
  address: string;
  /** The port. */
  port: number;
  /** The interface that it is tied to, if any. */
  device?: string;
}

/** The state of a socket that listens. */
const LISTENING = "0A";

/** A TCP socket of a network, listening, connected or being closed. */
export interface UsedSocket {
  /** Its number; 0 for one that no process holds any more. */
  inode: string;
  /** Whether it listens. */
  isListening: boolean;
}

/** The TCP sockets in a network. @param folder A process's `/proc/…/net`. */
export function usedSockets(folder: string): UsedSocket[] {
  return rows(folder).map(([, , , state, , , , , , inode]) => ({
    inode,
    isListening: state === LISTENING,
  }));
}

/** Whether an address means all of them. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/**
 * Who listens in a network; what they are tied to is not told.
 *
 * @param folder A process's `/proc/…/net`.
 * @param sockets The numbers of those that count, if not all.
 */
export function listeningIn(folder: string, sockets?: ReadonlySet<string>): Listening[] {
  return rows(folder)
    .filter(([, , , state, , , , , , inode]) =>
      state === LISTENING && (sockets?.has(inode) ?? true)
    )
    .map(([, local]) => {
      const [address, port] = local.split(":");
      return { address: kernelAddress(address), port: parseInt(port, 16) };
    });
}

/** The rows of both tables, without their headings. */
function rows(folder: string): string[][] {
  return ["tcp", "tcp6"].flatMap((table) =>
    read(`${folder}/${table}`).split("\n").slice(1).filter(Boolean)
      .map((line) => line.trim().split(/\s+/))
  );
}

/** `0100007F` is 127.0.0.1: the kernel writes each word in its own byte order. */
function kernelAddress(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) =>
    word.match(/../g)!.map((byte) => parseInt(byte, 16)).reverse()
  );
  const isMapped = hex.startsWith("0000000000000000FFFF0000");
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join(".");
  const last = bytes.pop()!;
  if (bytes.every((byte) => byte === 0) && last <= 1) return last === 0 ? "::" : "::1";
  const digits = [...bytes, last].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.match(/.{4}/g)!.join(":");
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // no IPv6 here, or the process has ended
  }
}
