import box

box.serve("0.0.0.0", 6002, lambda bits: bytes(int(b, 2) for b in bits.split()).decode())
