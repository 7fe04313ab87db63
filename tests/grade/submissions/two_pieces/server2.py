import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", 5002))
listener.listen()
while True:
    conn, _ = listener.accept()
    file = conn.makefile("rb")
    while size := file.read(4):
        bits = file.read(int.from_bytes(size, "big")).decode()
        text = bytes(int(group, 2) for group in bits.split())
        conn.sendall(len(text).to_bytes(4, "big") + text)
