from server import run

run("0.0.0.0", 6022, lambda bits: bytes(int(group, 2) for group in bits.split()))
