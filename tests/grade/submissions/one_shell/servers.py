import socketserver
import sys

CONVERT = {
    "encode": lambda text: " ".join(f"{b:08b}" for b in text.encode()),
    "decode": lambda bits: bytes(int(b, 2) for b in bits.split()).decode(),
}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = CONVERT[sys.argv[1]](line.decode().strip())
            self.wfile.write(f"{answer}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


if len(sys.argv) != 4 or sys.argv[1] not in CONVERT:
    sys.exit("python3 servers.py encode 127.0.0.1 7001\npython3 servers.py decode <eth1 IP> 7002")
Server((sys.argv[2], int(sys.argv[3])), Handler).serve_forever()
