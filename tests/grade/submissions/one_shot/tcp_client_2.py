from socket import *

host = input("Enter server address: ")
sock = socket(AF_INET, SOCK_STREAM)
sock.connect((host, 8889))
sock.send(input("Enter binary string: ").encode())
print("From server:", sock.recv(4096).decode())
