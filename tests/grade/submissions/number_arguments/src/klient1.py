import json
import socket
import sys

with open("adresy.json") as plik:
    port = json.load(plik)["cyfry"]
try:
    gniazdo = socket.create_connection(("127.0.0.1", port), timeout=3)
except OSError as blad:
    sys.exit(f"brak polaczenia: {blad}")
linie = gniazdo.makefile()
try:
    while True:
        gniazdo.sendall((input("podaj: ") + "\n").encode())
        print(linie.readline().strip())
except EOFError:
    print()
