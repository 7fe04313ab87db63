import socketserver


class Serve(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            digits = " ".join(format(byte, "08b") for byte in line.rstrip(b"\n"))
            self.wfile.write(f"{digits}\n".encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", 7231), Serve).serve_forever()
