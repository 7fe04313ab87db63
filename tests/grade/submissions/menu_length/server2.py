import socketserver

from frame import receive, send


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while (data := receive(self.rfile)) is not None:
            send(self.request, bytes(int(g, 2) for g in data.split()))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


import subprocess

address = subprocess.check_output(["ip", "-o", "-4", "addr", "show", "eth1"]).decode().split()[3]
Server((address.split("/")[0], 5001), Handler).serve_forever()
