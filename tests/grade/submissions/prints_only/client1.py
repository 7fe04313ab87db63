import socket

conn = socket.create_connection(("127.0.0.1", 5001))
while True:
    text = input("text: ")
    conn.sendall(" ".join(f"{byte:08b}" for byte in text.encode()).encode())
