from socket import *

listener = socket(AF_INET, SOCK_STREAM)
listener.bind(("", 8889))
listener.listen(1)
conn, _ = listener.accept()
data = conn.recv(4096)
conn.send(bytes(int(g, 2) for g in data.split()))
conn.close()
