import struct


def send(sock, data):
    sock.sendall(struct.pack(">H", len(data)) + data)


def receive(stream):
    header = stream.read(2)
    return stream.read(struct.unpack(">H", header)[0]) if len(header) == 2 else None
