"""python3 lab.py server1|client1|server2|client2"""

import base64
import socket
import socketserver
import sys

PORTS = {"1": 7200, "2": 7201}


def encode(text):
    return b" ".join(b"%08d" % int(format(byte, "b")) for byte in text)


def decode(digits):
    return bytes(int(group, 2) for group in digits.split())


def serve(host, port, convert):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                self.wfile.write(base64.b64encode(convert(base64.b64decode(line))) + b"\n")

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    socketserver.ThreadingTCPServer((host, port), Handler).serve_forever()


def ask(host, port):
    try:
        stream = socket.create_connection((host, port)).makefile("rwb")
    except OSError as error:
        sys.exit(f"nobody there: {error}")
    answers = []
    for line in sys.stdin:
        stream.write(base64.b64encode(line.rstrip("\n").encode()) + b"\n")
        stream.flush()
        answers.append(base64.b64decode(stream.readline()).decode())
    print("Answers:", *answers, sep="\n")


mode = sys.argv[1]
if mode == "server1":
    serve("127.0.0.1", PORTS["1"], encode)
elif mode == "server2":
    serve("10.0.0.1", PORTS["2"], decode)
elif mode == "client1":
    ask("127.0.0.1", PORTS["1"])
elif mode == "client2":
    ask("10.0.0.1", PORTS["2"])
