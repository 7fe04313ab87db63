import socket
import sys

print("Text:", flush=True)
line = sys.stdin.readline()
if line == "":
    sys.exit()
try:
    wire = socket.create_connection(("127.0.0.1", 6001))
except OSError as error:
    sys.exit(f"No server: {error}")
wire.sendall(line.rstrip("\n").encode())
print(wire.recv(100).decode())
print("Press Enter to close this window", flush=True)
sys.stdin.readline()
