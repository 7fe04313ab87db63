import socket, time

conn = socket.create_connection(("127.0.0.1", 6002))
conn.sendall(b"01101000 01100101 01101100 01101100 01101111")
print("answer:", conn.recv(1024).decode())
while True:
    time.sleep(1)
