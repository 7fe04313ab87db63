import socket, threading


def serve(conn):
    while data := conn.recv(1024):
        conn.sendall(bytes(int(group, 2) for group in data.split()))


listener = socket.create_server(("", 5002))
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]]).start()
