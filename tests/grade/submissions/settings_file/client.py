import configparser
import socket
import sys

BUFFER = 4096


def main(section):
    settings = configparser.ConfigParser()
    settings.read("lab.ini")
    try:
        sock = socket.create_connection(
            (settings[section]["host"], settings[section].getint("port"))
        )
    except OSError as error:
        sys.exit(f"cannot connect: {error}")
    try:
        while True:
            sock.sendall(input("line: ").encode())
            print("answer:", sock.recv(BUFFER).decode())
    except EOFError:
        print("bye")
