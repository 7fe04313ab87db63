import socket
import sys

sock = socket.socket()
try:
    sock.connect((sys.argv[1], 15301))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        sock.sendall(input("bits> ").encode())
        print(sock.recv(65536).decode())
except EOFError:
    print("bye")
