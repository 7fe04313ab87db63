import json
import selectors
import socket
import sys

if len(sys.argv) != 3:
    sys.exit("Wolanie ./dwa.py max_klientow glosno\nglosno: 0 lub 1")
kolejka, glosno = int(sys.argv[1]), int(sys.argv[2])
with open("adresy.json") as plik:
    adresy = json.load(plik)


def cyfry(tekst):
    return " ".join(f"{bajt:08b}" for bajt in tekst.encode())


def znaki(bity):
    return bytes(int(grupa, 2) for grupa in bity.split()).decode()


wybor = selectors.DefaultSelector()
for nazwa, funkcja in (("cyfry", cyfry), ("znaki", znaki)):
    gniazdo = socket.create_server((adresy["adres"], adresy[nazwa]), backlog=kolejka)
    wybor.register(gniazdo, selectors.EVENT_READ, (True, funkcja))
while True:
    for klucz, _ in wybor.select():
        nowe, funkcja = klucz.data
        if nowe:
            polaczenie, _ = klucz.fileobj.accept()
            wybor.register(polaczenie, selectors.EVENT_READ, (False, funkcja))
            continue
        linia = klucz.fileobj.recv(4096)
        if not linia:
            wybor.unregister(klucz.fileobj)
            klucz.fileobj.close()
            continue
        if glosno:
            print(linia, flush=True)
        klucz.fileobj.sendall((funkcja(linia.decode().strip()) + "\n").encode())
