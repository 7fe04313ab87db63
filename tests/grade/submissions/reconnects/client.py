"""Connects again whenever the connection ends, and shows whole lines only."""
import argparse
import select
import socket
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=int)
args = parser.parse_args()


def connect():
    while True:
        try:
            return socket.create_connection((args.host, args.port))
        except OSError as error:
            print("trying again:", error, flush=True)
            time.sleep(0.5)


sock, rest = connect(), b""
print("> ", end="", flush=True)
while True:
    ready = select.select([sock, sys.stdin], [], [])[0]
    if sys.stdin in ready:
        line = sys.stdin.readline()
        if not line:
            break
        sock.sendall(line.encode())
    if sock in ready:
        received = sock.recv(4096)
        if not received:
            print("the connection is closed", flush=True)
            sock, rest = connect(), b""
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            print("=", line.decode())
        print("> ", end="", flush=True)
