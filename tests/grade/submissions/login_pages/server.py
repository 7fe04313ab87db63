import socket
import threading
from frame import receive, send


def serve_client(sock, convert):
    with sock:
        try:
            login = receive(sock)
            if not login or b":" not in login:
                send(sock, b"no login")
                return
            send(sock, b"welcome")
            while True:
                text = receive(sock)
                send(sock, b"REPEAT" if text is None else convert(text))
        except (EOFError, ValueError, OSError):
            pass


def run(host, port, convert):
    listener = socket.create_server((host, port))
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve_client, args=(sock, convert), daemon=True).start()
