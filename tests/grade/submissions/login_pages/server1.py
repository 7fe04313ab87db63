from server import run

run("127.0.0.1", 6021, lambda text: " ".join(f"{byte:08b}" for byte in text).encode())
