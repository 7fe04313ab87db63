import socket
import threading

current = None


def serve(conn):
    try:
        while data := conn.recv(4096):
            conn.sendall((" ".join(format(b, "08b") for b in data)).encode())
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 4000))
while True:
    conn, _ = listener.accept()
    if current:
        try:
            current.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
    current = conn
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
