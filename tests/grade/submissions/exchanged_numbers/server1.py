import socketserver


def decode(digits):
    groups = [group for group in digits.split() if set(group) <= {"0", "1"}]
    return bytes(int(group, 2) for group in groups).decode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = decode(line.decode().rstrip("\n"))
            self.wfile.write((answer + "\n").encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("0.0.0.0", 5202), Handler).serve_forever()
