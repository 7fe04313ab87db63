from socket import *

listener = socket(AF_INET, SOCK_STREAM)
listener.bind(("", 8888))
listener.listen(1)
conn, _ = listener.accept()
data = conn.recv(4096)
conn.send((" ".join(format(b, "08b") for b in data)).encode())
conn.close()
