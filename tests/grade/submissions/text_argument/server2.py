import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        text = self.rfile.read()
        self.wfile.write(bytes(int(group, 2) for group in text.split()))


socketserver.TCPServer.allow_reuse_address = True
socketserver.TCPServer(("0.0.0.0", 7301), Handler).serve_forever()
