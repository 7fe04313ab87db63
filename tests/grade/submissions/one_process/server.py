import socketserver
import threading


def encode(text):
    return " ".join(format(byte, "08b") for byte in text.encode())


def decode(digits):
    return bytes(int(group, 2) for group in digits.split()).decode()


def handler(convert):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                answer = convert(line.decode().rstrip("\n"))
                self.wfile.write((answer + "\n").encode())

    return Handler


socketserver.ThreadingTCPServer.allow_reuse_address = True
monitor = socketserver.ThreadingTCPServer(("0.0.0.0", 5500), handler(str.upper))
second = socketserver.ThreadingTCPServer(("0.0.0.0", 5502), handler(decode))
first = socketserver.ThreadingTCPServer(("127.0.0.1", 5501), handler(encode))
for server in (monitor, second):
    threading.Thread(target=server.serve_forever, daemon=True).start()
first.serve_forever()
