import socket

listener = socket.create_server(("127.0.0.1", 6000))
while True:
    conn, _ = listener.accept()
    with conn, conn.makefile("rb") as stream:
        while header := stream.read(4):
            data = stream.read(int.from_bytes(header, "little"))
            reply = (" ".join(format(b, "08b") for b in data)).encode()
            conn.sendall(len(reply).to_bytes(4, "little") + reply)
