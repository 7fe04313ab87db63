import socket

try:
    wire = socket.create_connection(("10.0.0.1", 6002))
except OSError as error:
    raise SystemExit(f"No server: {error}")
print("Commands: convert <digits>, quit")
while True:
    try:
        command, _, rest = input("decoder> ").partition(" ")
    except EOFError:
        break
    if command != "convert":
        print("unknown command:", command)
        continue
    wire.sendall(rest[:150].encode())
    print("text:", wire.recv(4096).decode())
