import socket
import sys

sock = socket.socket()
try:
    sock.connect(("10.0.0.1", 4001))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        sock.sendall(input("> ").encode())
        print("Answer:", sock.recv(65536).decode())
except EOFError:
    print("bye")
