"""A request is TEXT and the text; TYPES comes once on a connection, before the first request."""
import socketserver


class Serve(socketserver.StreamRequestHandler):
    def handle(self):
        is_known = False
        for line in self.rfile:
            word, _, text = line.decode().rstrip("\n").partition(" ")
            if word == "TYPES":
                if is_known:
                    return
                is_known = True
            else:
                digits = " ".join(format(byte, "08b") for byte in text.encode())
                self.wfile.write(f"{digits}\n".encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", 7211), Serve).serve_forever()
