// An Express program with a chat in it, and orders that reach their owner's screen.
//
//   npm install && npm start        and open http://127.0.0.1:3000 in two windows

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import express from "express";
import { createTidewire } from "tidewire";

const app = express();
const server = createServer(app);

const tidewire = await createTidewire({
  server,
  settings: {
    channels: [{ match: "chat.*", subscribe: "users", publish: "hook", presence: true }],
  },
  hooks: {
    // Who is this? Here the token is the name itself; a site would look up its own session or cookie.
    connect: ({ token }) =>
      token === undefined ? { allow: false, message: "Please sign in." } : { allow: true, user: token },
    // May this be published? The answer may also change it.
    publish: ({ data }) =>
      isChatMessage(data)
        ? { allow: true, data: { text: data.text.trim() } }
        : { allow: false, message: "Write something." },
  },
});

tidewire.on("member.joined", ({ channel, user }) => {
  console.log(`${user} is in ${channel}`);
});

app.use(express.static(fileURLToPath(new URL("public", import.meta.url))));

// An order is on its way: its owner sees it on every device, now or when a phone is unlocked.
app.post("/orders/:user/sent", async (request, response) => {
  const { offset } = await tidewire.toUser(request.params.user, { title: "Your order is on its way" });
  response.status(201).json({ offset });
});

server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  console.log(`listening on http://127.0.0.1:${port}`);
});

process.once("SIGTERM", () => {
  server.close();
  void tidewire.close();
});

/**
 * @param {unknown} data
 * @returns {data is { text: string }}
 */
function isChatMessage(data) {
  if (typeof data !== "object" || data === null || !("text" in data)) return false;
  return typeof data.text === "string" && data.text.trim() !== "";
}
