import socket, threading

WEIGHTS = (128, 64, 32, 16, 8, 4, 2, 1)


def letter(digits):
    return chr(sum(weight for weight, digit in zip(WEIGHTS, digits) if digit == "1"))


def serve(conn):
    while data := conn.recv(1024):
        conn.sendall("".join(map(letter, data.decode().split())).encode())


listener = socket.create_server(("", 6002))
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]]).start()
