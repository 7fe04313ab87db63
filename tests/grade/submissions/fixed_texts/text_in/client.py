import socket, time

conn = socket.create_connection(("127.0.0.1", 6001))
conn.sendall(b"hello")
print("answer:", conn.recv(1024).decode())
while True:
    time.sleep(1)
