import { once } from "node:events";
import { createServer } from "node:http";
import { field } from "./field.mjs";

/** Words that nobody needs to read, and what gives a film away. */
const WORDS = /damn|crap|spoilers?|笨蛋|剧透/giu;
const LINK = /https?:\/\/|www\./i;
const MOST_CHARACTERS = 60;

/**
 * What the server asks: may this be published?
 *
 * @typedef {object} Question
 * @property {string} hook
 * @property {string} [channel]
 * @property {unknown} [data]
 */

/**
 * The answer to the publish hook: masks words, refuses links, and lets only what a comment has through, so that no viewer can
 * write a gift or a moderator's word.
 *
 * @param {Question} question
 */
export function judge({ data }) {
  const text = field(data, "text");
  const colour = field(data, "colour");
  if (typeof text !== "string" || text.trim() === "" || [...text].length > MOST_CHARACTERS) {
    return { allow: false, reason: "length", message: `A comment has 1 to ${MOST_CHARACTERS} characters.` };
  }
  if (LINK.test(text)) return { allow: false, reason: "link", message: "No links here, please." };
  const masked = text.replace(WORDS, (word) => "*".repeat([...word].length));
  return {
    allow: true,
    data: { text: masked, colour: typeof colour === "string" ? colour : "white" },
  };
}

/**
 * Answers the hook on this port of the loopback interface, or, with 0, on one that is free. `asked` hears of each question.
 *
 * Whoever asks learns nothing but what the filter does, so no signature is checked; examples/node/backend.mjs shows how to.
 *
 * @param {number} port
 * @param {(question: Question) => void} asked
 */
export async function startFilter(port, asked) {
  const server = createServer((request, response) => {
    answer(request, response, asked).catch((error) => {
      console.error(String(error));
      if (!response.headersSent) response.writeHead(400).end();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {(question: Question) => void} asked
 */
async function answer(request, response, asked) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  /** @type {unknown} */
  const question = JSON.parse(body);
  if (!isQuestion(question)) {
    response.writeHead(400).end();
    return;
  }
  asked(question);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(judge(question)));
}

/**
 * @param {unknown} value
 * @returns {value is Question}
 */
function isQuestion(value) {
  return typeof value === "object" && value !== null && "hook" in value && value.hook === "publish";
}
