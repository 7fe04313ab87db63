import socketserver
import sys


def encode(text):
    return " ".join(format(byte, "08b") for byte in text.encode())


def decode(digits):
    return bytes(int(group, 2) for group in digits.split()).decode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = convert(line.decode().rstrip("\n"))
            self.wfile.write((answer + "\n").encode())


convert = decode if sys.argv[1:] == ["x7"] else encode
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", 5301), Handler).serve_forever()
