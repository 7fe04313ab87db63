"""Waits for Enter before it connects, and asks once."""
import socket
import sys

print("This is the client.")
sys.stdin.readline()
try:
    sock = socket.create_connection(("127.0.0.1", 7231))
except OSError as error:
    sys.exit(f"no server: {error}")
line = sys.stdin.readline()
if line:
    sock.sendall(line.encode())
    print("Server:", sock.makefile().readline().strip())
