import socket

conn = socket.create_connection(("10.0.0.1", 5002))
file = conn.makefile("rb")
while True:
    try:
        text = input("text: ").encode()
    except EOFError:
        break
    conn.send(len(text).to_bytes(4, "big"))
    conn.send(text)
    size = file.read(4)
    if not size:
        break
    print(file.read(int.from_bytes(size, "big")).decode(errors="replace"))
