import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 5001))
listener.listen()
while True:
    conn, _ = listener.accept()
    file = conn.makefile("rb")
    while size := file.read(4):
        text = file.read(int.from_bytes(size, "big"))
        bits = " ".join(f"{byte:08b}" for byte in text).encode()
        conn.sendall(len(bits).to_bytes(4, "big") + bits)
