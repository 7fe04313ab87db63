import sys
import box

box.talk(
    sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1", 6001, "text: ",
    lambda text: " ".join(f"{b:08b}" for b in text.encode()),
)
