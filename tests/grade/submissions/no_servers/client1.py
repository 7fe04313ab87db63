import socket
import sys

try:
    sock = socket.create_connection(("localhost", 6100))
except OSError as error:
    sys.exit(str(error))
while True:
    try:
        data = input("> ").encode()
    except EOFError:
        break
    sock.sendall(len(data).to_bytes(8, "big") + data)
    length = int.from_bytes(sock.recv(8, socket.MSG_WAITALL), "big")
    print(sock.recv(length, socket.MSG_WAITALL).decode())
