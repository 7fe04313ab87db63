import socket

from frame import receive, send

sock = socket.create_connection(("10.0.0.1", 5001))
stream = sock.makefile("rb")
while True:
    print("\n1. Convert\n2. Quit")
    try:
        choice = input("Your choice: ")
    except EOFError:
        break
    if choice == "2":
        break
    if choice == "1":
        send(sock, input("Enter binary: ").encode())
        print("Result:", receive(stream).decode())
    else:
        print("No such choice")
