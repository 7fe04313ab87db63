import socket
import sys

try:
    server = socket.create_connection(("127.0.0.1", 5502), timeout=3)
except OSError as error:
    sys.exit(f"Cannot connect: {error}")
lines = server.makefile()
try:
    while True:
        server.sendall((input("> ") + "\n").encode())
        print("=", lines.readline().rstrip("\n"))
except EOFError:
    print()
