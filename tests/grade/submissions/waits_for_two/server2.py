import socket

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", 15301))
listener.listen()
while True:
    clients = [listener.accept()[0], listener.accept()[0]]
    for conn in clients:
        while data := conn.recv(4096):
            conn.sendall(bytes(int(group, 2) for group in data.split()))
        conn.close()
