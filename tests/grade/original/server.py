"""Stand-in for the report's server1.py and server2.py, faults included, for the
grader's tests: `python3 server.py 1` answers text with binary, `2` the reverse.

Its faults: the reply's length byte-swapped, characters counted for bytes, length
and text in two segments under Nagle's algorithm, recv() taken for a whole message,
and no defence against what it cannot decode.
"""

import argparse
import fcntl
import socket
import struct
import threading

SIOCGIFADDR = 0x8915

parser = argparse.ArgumentParser()
parser.add_argument("which", choices=["1", "2"])
parser.add_argument("-p", "--port", type=int, default=3000)
parser.add_argument("-I", "--interface")
parser.add_argument("-M", "--multi-threaded", action="store_true")
options = parser.parse_args()
interface = options.interface or {"1": "lo", "2": "eth1"}[options.which]


def interface_address(sock):
    """The report ties its socket to a device, which needs privileges."""
    request = struct.pack("256s", interface.encode())
    return socket.inet_ntoa(fcntl.ioctl(sock.fileno(), SIOCGIFADDR, request)[20:24])


def answer(message):
    if options.which == "1":
        return "".join(format(ord(char), "08b") + " " for char in message)
    return "".join(chr(int(group, 2)) for group in message.split())


def serve(conn, address):
    print("Connected to ", address)
    while True:
        size = int.from_bytes(conn.recv(4), "big")
        if size == 0:
            break
        message = conn.recv(size).decode()
        print("Received:", message)
        reply = answer(message)
        conn.send(struct.pack("i", socket.htons(len(reply))))
        conn.send(reply.encode())
        print("Sent:", reply)


with socket.socket() as listener:
    listener.bind((interface_address(listener), options.port))
    listener.listen(10)
    print(
        f"Interface: {interface}, Port: {options.port}, "
        f"Multi-threaded?: {options.multi_threaded}"
    )
    if options.multi_threaded:
        while True:
            threading.Thread(target=serve, args=listener.accept()).start()
    serve(*listener.accept())
