// Follows one job with the ordinary Socket.IO client: node follow.js URL JOB TOKEN
// Prints one JSON line for each thing heard, and ends with the job.
import { io } from "socket.io-client";

const [url, job, token] = process.argv.slice(2);
const say = (what, data) => console.log(JSON.stringify({ what, data }));
const socket = io(url, { transports: ["websocket"], auth: token ? { token } : {}, reconnection: false });
const leave = (code) => {
  socket.close();
  process.exitCode = code;
};

setTimeout(() => leave(2), 30000).unref();
socket.on("connect", () => {
  say("connect", null);
  socket.emit("subscribe", { job: "0".repeat(32) }, (answer) => say("refused", answer));
  socket.emit("subscribe", { job }, (answer) => say("subscribed", answer));
});
socket.on("connect_error", (error) => {
  say("connect_error", { message: error.message, data: error.data ?? null });
  leave(1);
});
socket.on("project", (event) => say("project", event));
socket.on("job", (event) => {
  say("job", event);
  if (event.job.state === "cancelled") leave(0);
});
