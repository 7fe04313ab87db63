"""Shows the previous answer before it reads the next one."""
import socket
import sys

try:
    sock = socket.create_connection(("127.0.0.1", 7211))
except OSError as error:
    sys.exit(f"no server: {error}")
replies = sock.makefile()
answer = "..."
types = "TYPES text\n"
print("> ", end="", flush=True)
for line in sys.stdin:
    sock.sendall((types + "TEXT " + line).encode())
    types = ""
    print("previous:", answer)
    answer = replies.readline().strip()
    print("> ", end="", flush=True)
