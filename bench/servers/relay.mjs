/** No CRDT and no memory: what comes from one goes to the others of the room. The practical limit. */
import { WebSocketServer } from "ws";

const rooms = new Map();

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket, { url }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on("message", (data) => {
    for (const other of room) if (other !== socket) other.send(data);
  });
  socket.on("close", () => room.delete(socket) && room.size === 0 && rooms.delete(url));
});
server.on("listening", () => console.log(`http://127.0.0.1:${server.address().port}`));
