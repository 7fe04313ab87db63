import socket
import threading


def serve(conn):
    while data := conn.recv(4096):
        conn.sendall((" ".join(format(b, "08b") for b in data)).encode())


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 9999))
listener.listen()
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
