"""Asks before it sends a text."""
import socket
import sys

try:
    sock = socket.create_connection(("10.0.0.1", 7232))
except OSError as error:
    sys.exit(f"no server: {error}")
replies = sock.makefile()
while True:
    print("Bits? ", end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        break
    if not line.strip():
        continue
    print("Ipadala? (o/h) [o] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() not in ("", "o"):
        continue
    sock.sendall(line.encode())
    print("=>", replies.readline().strip())
