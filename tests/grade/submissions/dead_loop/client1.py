import socket
import sys

sock = socket.socket()
try:
    sock.connect(("127.0.0.1", 15000))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        sock.sendall(input("Message: ").encode())
        print("Answer:", sock.recv(65536).decode())
except EOFError:
    print("bye")
