import client

client.main("server2")
