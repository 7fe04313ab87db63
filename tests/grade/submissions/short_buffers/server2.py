import socket
import threading


def serve(guest):
    while question := guest.recv(200):
        whole = [group for group in question.decode().split() if len(group) == 8]
        guest.sendall("".join(chr(int(group, 2)) for group in whole).encode())


door = socket.create_server(("", 6002))
while True:
    guest, _ = door.accept()
    threading.Thread(target=serve, args=(guest,), daemon=True).start()
