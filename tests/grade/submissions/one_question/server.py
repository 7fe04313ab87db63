import socketserver


def encode(text):
    return " ".join(format(byte, "08b") for byte in text.encode())


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = encode(line.decode().rstrip("\n"))
            self.wfile.write((answer + "\n").encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", 5401), Handler).serve_forever()
