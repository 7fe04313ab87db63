"""Frames: two bytes of length, the payload, and its CRC-32."""
import struct
import zlib


def send(sock, payload):
    crc = struct.pack(">I", zlib.crc32(payload))
    sock.sendall(struct.pack(">H", len(payload)) + payload + crc)


def read(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise EOFError("the connection was closed")
        data += part
    return data


def receive(sock):
    """The payload; None if its checksum is wrong."""
    (length,) = struct.unpack(">H", read(sock, 2))
    payload = read(sock, length)
    (crc,) = struct.unpack(">I", read(sock, 4))
    return payload if crc == zlib.crc32(payload) else None
