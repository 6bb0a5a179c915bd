/**
 * @y/websocket-server, wired as its own start script does. YPERSISTENCE, a folder,
 * has it write to LevelDB; without, everything is in memory alone.
 */
import { setupWSConnection } from "@y/websocket-server/utils";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", setupWSConnection);
server.on("listening", () => console.log(`http://127.0.0.1:${server.address().port}`));
