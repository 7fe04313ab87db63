/**
 * The sockets of a network, as /proc and `ss` show them.
 *
 * @module
 */
import { textOf } from "./paths.ts";

/** A socket that listens. */
export interface Listening {
  /** The address, `0.0.0.0` or `::` for all of them. */
  address: string;
  port: number;
  /** The interface that it is bound to with SO_BINDTODEVICE, if any. */
  device?: string;
}

/** The state of a socket that listens. */
const LISTENING = "0A";

/** The flags of a unix socket that listens. */
const ACCEPTS = "00010000";

/** The inode of a socket that no process has open. */
export const NO_INODE = "0";

/** A TCP socket of a network, listening, connected or being closed. */
export interface TcpSocket extends Listening {
  /** The inode; {@linkcode NO_INODE} if no process has the socket open. */
  inode: string;
  isListening: boolean;
}

/** The TCP sockets of a network, without their interfaces. @param folder A process's `/proc/…/net`. */
export function tcpSockets(folder: string, tables = ["tcp", "tcp6"]): TcpSocket[] {
  return tables.flatMap((table) => textOf(`${folder}/${table}`).split("\n").slice(1))
    .filter(Boolean).map((row) => {
      const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
      const [address, port] = local.split(":");
      const isListening = state === LISTENING;
      return { address: kernelAddress(address), port: parseInt(port, 16), inode, isListening };
    });
}

/** Those that listen. @param folder A process's `/proc/…/net`. */
export function listeningIn(folder: string, tables?: string[]): TcpSocket[] {
  return tcpSockets(folder, tables).filter(({ isListening }) => isListening);
}

/** Whether an address is the wildcard address. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** Whether an address is a loopback address. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/**
 * Whether a unix socket at a path accepts connections: its path exists before it listens.
 *
 * @param folder A process's `/proc/…/net`.
 * @param path The path as that process sees it.
 */
export function listensAt(folder: string, path: string): boolean {
  return textOf(`${folder}/unix`).split("\n").some((row) =>
    row.endsWith(` ${path}`) && row.split(" ")[3] === ACCEPTS
  );
}

/** The listening sockets in the output of `ss -Hltn`: it has interfaces, which /proc does not show. */
export function parseListening(said: string): Listening[] {
  return said.split("\n").flatMap((line) => {
    const local = line.trim().split(/\s+/)[3] ?? "";
    const match = local.match(/^(.*?)(?:%([\w.-]+))?:(\d+)$/);
    if (!match) return [];
    const bare = match[1].replace(/^\[|\]$/g, "").replace(/^::ffff:/, "");
    const address = bare === "*" ? "::" : bare;
    return [{ address, port: Number(match[3]), ...match[2] && { device: match[2] } }];
  });
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
