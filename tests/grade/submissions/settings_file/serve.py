import socketserver


def forever(host, port, convert):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while data := self.request.recv(4096):
                self.request.sendall(convert(data.decode()).encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    Server((host, port), Handler).serve_forever()
