"""Prints what was typed instead of the reply."""
import socket
import sys

try:
    sock = socket.create_connection((sys.argv[1] if len(sys.argv) > 1 else "10.0.0.1", 7212))
except OSError as error:
    sys.exit(f"no server: {error}")
sock.settimeout(1)
print("> ", end="", flush=True)
for line in sys.stdin:
    sock.sendall(line.encode())
    try:
        sock.recv(4096)
    except OSError:
        print("no reply")
    else:
        print("Text:", line.strip())
    print("> ", end="", flush=True)
