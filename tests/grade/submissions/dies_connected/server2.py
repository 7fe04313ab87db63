import socket
import threading


def serve(conn):
    while data := conn.recv(4096):
        conn.sendall(bytes(int(g, 2) for g in data.split()))


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("192.168.43.12", 9998))
listener.listen()
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
