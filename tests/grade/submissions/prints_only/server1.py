import socket, threading


def serve(conn):
    while data := conn.recv(1024):
        print("received:", data.decode(), flush=True)


listener = socket.create_server(("127.0.0.1", 5001))
while True:
    threading.Thread(target=serve, args=[listener.accept()[0]]).start()
