import socketserver

from frame import receive, send


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while (data := receive(self.rfile)) is not None:
            send(self.request, (" ".join(format(b, "08b") for b in data)).encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("localhost", 5000), Handler).serve_forever()
