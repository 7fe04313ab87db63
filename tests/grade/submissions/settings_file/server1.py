import sys

import serve

if len(sys.argv) != 2:
    sys.exit("usage: python3 server1.py PORT")
serve.forever("127.0.0.1", int(sys.argv[1]), lambda text: " ".join(f"{b:08b}" for b in text.encode()))
