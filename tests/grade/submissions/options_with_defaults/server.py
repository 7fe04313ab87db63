import argparse
import socketserver


def encode(text):
    return " ".join(format(byte, "08b") for byte in text.encode())


def decode(digits):
    return bytes(int(group, 2) for group in digits.split()).decode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = convert(line.decode().rstrip("\n"))
            self.wfile.write((answer + "\n").encode())


parser = argparse.ArgumentParser()
parser.add_argument("--mode", choices=["enc", "dec"], default="enc")
parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
options = parser.parse_args()
convert = encode if options.mode == "enc" else decode
socketserver.ThreadingTCPServer.allow_reuse_address = True
port = 5101 if options.mode == "enc" else 5102
socketserver.ThreadingTCPServer((options.bind, port), Handler).serve_forever()
