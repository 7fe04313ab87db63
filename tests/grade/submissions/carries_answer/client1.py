import socket
import sys

try:
    sock = socket.create_connection(("127.0.0.1", 7100))
except OSError as error:
    sys.exit(f"no server1: {error}")
while True:
    try:
        text = input("Text: ")
    except EOFError:
        break
    digits = " ".join(format(byte, "08b") for byte in text.encode())
    sock.send(f"{text}|{digits}".encode())
    print("Binary:", sock.recv(4096).decode())
