import socket, threading

WEIGHTS = (128, 64, 32, 16, 8, 4, 2, 1)


def digits(byte):
    return "".join("1" if byte & weight else "0" for weight in WEIGHTS)


def serve(conn):
    while data := conn.recv(1024):
        conn.sendall(" ".join(map(digits, data)).encode())


listener = socket.create_server(("", 6001))
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]]).start()
