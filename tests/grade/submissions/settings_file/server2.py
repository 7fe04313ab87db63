import sys

import serve

if len(sys.argv) != 2:
    sys.exit("usage: python3 server2.py PORT")
serve.forever("10.0.0.1", int(sys.argv[1]), lambda bits: bytes(int(b, 2) for b in bits.split()).decode())
