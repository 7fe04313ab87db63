import socket

sock = socket.create_connection(("10.0.0.1", 7001))
while True:
    try:
        digits = input("Binary: ")
    except EOFError:
        break
    sock.send(digits.encode())
    sock.recv(4096)
    print("Text:", "".join(chr(int(g, 2)) for g in digits.split()))
