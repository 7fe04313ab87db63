import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 15300))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
lines = sock.makefile()
print("Server:", lines.readline().rstrip("\n"))
try:
    sock.sendall((input() + "\n").encode())
    print("Server:", lines.readline().rstrip("\n"))
except EOFError:
    print("bye")
