const net = require("net");
const readline = require("readline");

const [host, port] = process.argv.slice(2);
if (!port) {
  console.log("usage: node client.js HOST PORT");
  process.exit(1);
}
const lines = readline.createInterface({ input: process.stdin, output: process.stdout });
lines.setPrompt("> ");
lines.prompt();
lines.on("line", (line) => {
  const socket = net.connect(Number(port), host, () => socket.write(line));
  socket.on("data", (data) => console.log(`reply: ${data}`));
  socket.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  socket.on("close", () => lines.prompt());
});
