import socket

with socket.create_connection(("127.0.0.1", 9999)) as sock:
    prnt("connected")
    while True:
        sock.sendall(input("Text: ").encode())
        print("Answer:", sock.recv(65536).decode())
