import os
import socket
import sys
import threading

sock = socket.socket()
try:
    sock.connect(("10.0.0.1", 4001))
except OSError as error:
    sys.exit(f"cannot connect: {error}")


def show():
    while data := sock.recv(65536):
        print("Answer:", data.decode(), "\n> ", end="", flush=True)
    print("connection closed", flush=True)
    os._exit(0)


threading.Thread(target=show, daemon=True).start()
print("> ", end="", flush=True)
for line in sys.stdin:
    sock.sendall(line.strip().encode())
print("bye")
