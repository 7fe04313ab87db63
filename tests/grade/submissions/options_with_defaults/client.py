import os
import socket
import sys

address = os.environ.get("LAB_ADDR")
if address is None:
    sys.exit("set LAB_ADDR=host:port")
host, port = address.split(":")
try:
    server = socket.create_connection((host, int(port)), timeout=3)
except OSError as error:
    sys.exit(f"Cannot connect: {error}")
lines = server.makefile()
try:
    while True:
        server.sendall((input("> ") + "\n").encode())
        print("=", lines.readline().rstrip("\n"))
except EOFError:
    print()
