import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        text = self.rfile.read()
        self.wfile.write(" ".join(format(byte, "08b") for byte in text).encode())


socketserver.TCPServer.allow_reuse_address = True
socketserver.TCPServer(("127.0.0.1", 7300), Handler).serve_forever()
