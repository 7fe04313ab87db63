"""Stand-in for the report's client1.py and client2.py, faults included, for the
grader's tests: `python3 client.py 1` talks to server1, `2` to server2.

Its faults: characters counted for bytes, length and text in two segments under
Nagle's algorithm, recv() taken for a whole message, and a stack trace at the end
of its input and when nobody listens.
"""

import argparse
import fcntl
import socket
import struct

SIOCGIFADDR = 0x8915

parser = argparse.ArgumentParser()
parser.add_argument("which", choices=["1", "2"])
parser.add_argument("-p", "--port", type=int, default=3000)
parser.add_argument("-I", "--interface")
parser.add_argument("-a", "--use-ip-addr")
options = parser.parse_args()
interface = options.interface or {"1": "lo", "2": "eth1"}[options.which]


def interface_address(sock):
    """The report ties its socket to a device, which needs privileges."""
    request = struct.pack("256s", interface.encode())
    return socket.inet_ntoa(fcntl.ioctl(sock.fileno(), SIOCGIFADDR, request)[20:24])


print(f"Interface: {interface}, Port: {options.port}")
with socket.socket() as sock:
    sock.connect((options.use_ip_addr or interface_address(sock), options.port))
    print(sock.getpeername())
    while True:
        message = input()
        if message == "":
            break
        message = message.strip()
        sock.send(struct.pack("i", socket.htonl(len(message))))
        sock.send(message.encode())
        print("Sent: ", message)
        size = int.from_bytes(sock.recv(4), "big")
        print("Received: ", sock.recv(size).decode())
