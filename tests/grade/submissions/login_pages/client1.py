from client import run

run("127.0.0.1", 6021, "text", lambda answer: answer.split(" "))
