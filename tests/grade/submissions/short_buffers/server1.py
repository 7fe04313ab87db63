import socket
import time

door = socket.create_server(("127.0.0.1", 6001))
guest, _ = door.accept()
question = guest.recv(4096)
guest.sendall(" ".join(f"{byte:08b}" for byte in question).encode())
guest.close()
time.sleep(0.3)
