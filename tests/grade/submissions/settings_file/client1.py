import client

client.main("server1")
