"""python3 shell.py tcp://127.0.0.1:7001 tcp://10.0.0.1:7002"""
import socket
import sys
from urllib.parse import urlparse


def ask(url, line):
    place = urlparse(url)
    try:
        with socket.create_connection((place.hostname, place.port)) as sock:
            sock.sendall(f"{line}\n".encode())
            print(sock.makefile().readline().strip())
    except OSError as error:
        sys.exit(f"cannot connect: {error}")


servers = dict(zip(["encode", "decode"], sys.argv[1:] or ["tcp://127.0.0.1:7001", "tcp://10.0.0.1:7002"]))
print("Commands: encode TEXT, decode BITS, quit")
while True:
    try:
        command, _, line = input("(lab) ").partition(" ")
    except EOFError:
        break
    if command == "quit":
        break
    elif command in servers:
        ask(servers[command], line)
    else:
        print(f"*** unknown command: {command}")
