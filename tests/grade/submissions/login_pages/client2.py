import sys
from client import run

run(sys.argv[1], 6022, "binary", lambda answer: [answer])
