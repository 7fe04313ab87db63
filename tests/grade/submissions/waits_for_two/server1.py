import socket
import time

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 15300))
listener.listen()
conn, _ = listener.accept()
conn.sendall(b"Hello, client! Enter 'bye' to exit.\n")
line = conn.makefile().readline().rstrip("\n")
if line:
    conn.sendall((" ".join(f"{b:08b}" for b in line.encode()) + "\n").encode())
conn.close()
while True:
    time.sleep(1)  # the listener stays open, and no other client is served
