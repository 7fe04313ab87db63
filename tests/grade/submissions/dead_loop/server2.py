import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 15001))
listener.listen()
while True:
    conn, _ = listener.accept()
    while True:
        data = conn.recv(4096)
        conn.send(bytes(int(g, 2) for g in data.split()))
