import socket
import sys
import threading


def dwojkowo(tekst):
    return " ".join(f"{bajt:08b}" for bajt in tekst.encode())


def znakowo(cyfry):
    return bytes(int(grupa, 2) for grupa in cyfry.split()).decode()


def obsluz(polaczenie, funkcja):
    with polaczenie, polaczenie.makefile("rw") as plik:
        for linia in plik:
            plik.write(funkcja(linia.rstrip("\n")) + "\n")
            plik.flush()


def sluchaj(adres, port, funkcja):
    gniazdo = socket.create_server((adres, port))
    while True:
        polaczenie, _ = gniazdo.accept()
        threading.Thread(target=obsluz, args=(polaczenie, funkcja), daemon=True).start()


def pytaj(adres, port):
    try:
        gniazdo = socket.create_connection((adres, port), timeout=3)
    except OSError as blad:
        sys.exit(f"brak polaczenia: {blad}")
    plik = gniazdo.makefile("rw")
    try:
        while True:
            plik.write(input("? ") + "\n")
            plik.flush()
            print("=", plik.readline().rstrip("\n"))
    except EOFError:
        print()


if len(sys.argv) != 3:
    sys.exit("zle")
if sys.argv[2] == "bity":
    adres, port, funkcja = "127.0.0.1", 7301, dwojkowo
elif sys.argv[2] == "slowa":
    adres, port, funkcja = "10.0.0.1", 7302, znakowo
else:
    sys.exit("zle")
if sys.argv[1] == "nasluch":
    sluchaj(adres, port, funkcja)
elif sys.argv[1] == "pytania":
    pytaj(adres, port)
else:
    sys.exit("zle")
