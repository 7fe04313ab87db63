"""Never empties the text that it collects: later answers begin with the earlier ones."""
import socketserver


class Serve(socketserver.StreamRequestHandler):
    def handle(self):
        text = ""
        for line in self.rfile:
            text += bytes(int(group, 2) for group in line.split()).decode()
            self.wfile.write(f"{text}\n".encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("0.0.0.0", 7222), Serve).serve_forever()
