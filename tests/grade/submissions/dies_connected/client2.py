import socket
import sys

sock = socket.socket()
try:
    sock.connect(("192.168.43.12", 9998))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        sock.sendall(input("Binary: ").encode())
        print("Answer:", sock.recv(65536).decode())
except EOFError:
    print("bye")
