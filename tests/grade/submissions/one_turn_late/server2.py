"""Answers the first line of each connection."""
import fcntl
import socket
import struct
import threading


def address(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("256s", name.encode())
        return socket.inet_ntoa(fcntl.ioctl(sock, 0x8915, request)[20:24])


open_ones = []


def serve(sock):
    open_ones.append(sock)
    line = sock.makefile().readline()
    if line:
        text = bytes(int(group, 2) for group in line.split()).decode()
        sock.sendall(f"{text}\n".encode())


listener = socket.create_server((address("eth1"), 7212))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
