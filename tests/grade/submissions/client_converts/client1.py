import socket

sock = socket.create_connection(("127.0.0.1", 7000))
while True:
    try:
        text = input("Text: ")
    except EOFError:
        break
    sock.send(" ".join(format(ord(c), "08b") for c in text).encode())
    print("Binary:", sock.recv(4096).decode())
