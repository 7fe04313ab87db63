import socket

conn = socket.create_connection(("10.0.0.1", 5002))
while True:
    bits = input("bits: ")
    conn.sendall(bits)
    print(conn.recv(1024).decode())
