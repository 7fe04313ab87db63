import socket
import threading
import os
import signal
import subprocess
import sys


def tries(what, act):
    try:
        print(what, act())
    except BaseException as error:
        print(what, type(error).__name__, error)


def fill():
    with open("big", "wb") as file:
        for _ in range(1024):
            file.write(bytes(1 << 20))


def tell(pid):
    with open(f"/proc/{pid}/environ") as file:
        return file.read()


victim = sys.argv[1]
mark = sys.argv[2]
tries("reads", lambda: open(f"{victim}/secret").read())
tries("lists", lambda: os.listdir(os.path.dirname(victim)))
tries("writes", lambda: open(f"{victim}/written", "w").write("x"))
tries("writes up", lambda: open("../../written", "w").write("x"))
tries("writes /usr", lambda: open("/usr/bin/written", "w").write("x"))
tries("follows", lambda: open("link").read())
tries("variables", lambda: [tell(pid) for pid in os.listdir("/proc") if pid.isdigit()])
tries("kills", lambda: [os.kill(int(p), signal.SIGTERM) for p in os.listdir("/proc") if p.isdigit() and int(p) not in (os.getpid(), os.getppid(), 1, 2)])
tries("outside", lambda: socket.create_connection(("192.0.2.1", 80), 1))
tries("fills", fill)
tries("memory", lambda: len(bytearray(3 << 30)))
for _ in range(60):
    subprocess.Popen(["sleep", f"100.{mark}"], start_new_session=True)
print("PASS 1a right 30/30", '{"version": 2, "marks": 100}')
print("\x1b[2J<script>alert(1)</script>")


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
