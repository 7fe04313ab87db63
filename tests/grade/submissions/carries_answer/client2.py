import socket
import sys

try:
    sock = socket.create_connection(("10.0.0.1", 7101))
except OSError as error:
    sys.exit(f"no server2: {error}")
while True:
    try:
        sock.send(input("Binary: ").encode())
    except EOFError:
        break
    print("Text:", "".join(chr(int(group, 2)) for group in sock.recv(4096).split()))
