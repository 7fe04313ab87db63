import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 15000))
listener.listen()
while True:
    conn, _ = listener.accept()
    while True:
        data = conn.recv(4096)
        conn.send(" ".join(bin(b)[2:] for b in data).encode())
