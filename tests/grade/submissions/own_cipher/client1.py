import sys
import box

box.talk(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1", 6001, "text: ")
