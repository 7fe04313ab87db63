"""python3 client.py 127.0.0.1 7300 hello"""

import socket
import sys

if len(sys.argv) != 4:
    sys.exit("usage: client.py HOST PORT TEXT")
try:
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
        sock.sendall(sys.argv[3].encode())
        sock.shutdown(socket.SHUT_WR)
        print(sock.makefile().read())
except OSError as error:
    sys.exit(f"cannot ask: {error}")
