const net = require("net");

// Port first, as in: node server.js 3001
const port = process.argv[2];
if (!port) {
  console.log("usage: node server.js PORT");
  process.exit(1);
}
net.createServer((socket) => {
  socket.on(
    "data",
    (data) => socket.end(Buffer.from(String(data).split(" ").map((g) => parseInt(g, 2)))),
  );
  socket.on("error", () => {});
}).listen(Number(port), "0.0.0.0");
