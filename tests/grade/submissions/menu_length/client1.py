import socket

from frame import receive, send

sock = socket.create_connection(("localhost", 5000))
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
        send(sock, input("Enter text: ").encode())
        print("Result:", receive(stream).decode())
    else:
        print("No such choice")
