import socket
import sys
from frame import receive, send

ROWS = 3


def ask(sock, text):
    for _ in range(3):
        send(sock, text)
        reply = receive(sock)
        if reply not in (None, b"REPEAT"):
            return reply.decode()
    raise EOFError("three messages with a wrong checksum")


def show(rows):
    for start in range(0, len(rows), ROWS):
        print("\n".join(rows[start:start + ROWS]))
        if start + ROWS < len(rows):
            input(f"-- {start + ROWS}/{len(rows)}, press Enter --")


def run(host, port, what, rows_of):
    try:
        with socket.create_connection((host, port)) as sock:
            send(sock, f"{input('User: ')}:{input('Password: ')}".encode())
            print((receive(sock) or b"").decode())
            count = 1
            while True:
                show(rows_of(ask(sock, input(f"[{count}] {what}: ").encode())))
                count += 1
    except EOFError as error:
        print(f"\nbye {error}")
    except OSError as error:
        sys.exit(f"no server: {error}")
