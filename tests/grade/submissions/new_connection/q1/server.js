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
    (data) => socket.end(Array.from(data, (b) => b.toString(2).padStart(8, "0")).join(" ")),
  );
  socket.on("error", () => {});
}).listen(Number(port), "localhost");
