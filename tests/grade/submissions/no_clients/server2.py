import socket

listener = socket.create_server(("", 6000))
while True:
    conn, _ = listener.accept()
    with conn, conn.makefile("rb") as stream:
        while header := stream.read(4):
            data = stream.read(int.from_bytes(header, "little"))
            reply = bytes(int(g, 2) for g in data.split())
            conn.sendall(len(reply).to_bytes(4, "little") + reply)
