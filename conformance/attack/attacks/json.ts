import { LineClient } from "../../../packages/server/test/support/line-client.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

/** Sends a text as JSON to every door that takes JSON; gives what each answered. */
async function throughEveryDoor(arena: Arena, dataJson: string): Promise<readonly string[]> {
  const channel = "attack.memory.json";
  const client = await NativeClient.open(arena, arena, "user=mallory");
  await client.connected();
  client.sendText(`{"type":"publish","id":1,"channel":"${channel}","data":${dataJson}}`);
  const answer = await client
    .until((push) => "id" in push || push.type === "error", "an answer")
    .catch(() => null);
  const overWebSocket = answer === null ? "closed" : answer.type === "error" ? answer.code : answer.type;
  client.socket.terminate();
  const body = `{"data":${dataJson}}`;
  const { apiKey } = arena.server;
  const headers = [
    `Authorization: Bearer ${apiKey}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const head = request(arena, `POST /api/channels/${channel}/messages HTTP/1.1`, headers);
  const { answers } = await exchange(arena, Buffer.from(head + body));
  const overHttp = String(answers[0]?.status ?? "closed");
  const lines = await LineClient.open(arena, arena);
  lines.send(`{"from":"api","key":"${apiKey}","channel":"${channel}","data":${dataJson}}\n`);
  const overRawTcp = await lines.line().then(
    (line) => (line["ok"] === true ? "ok" : "refused"),
    () => "closed",
  );
  lines.socket.destroy();
  return [`WebSocket ${overWebSocket}`, `HTTP ${overHttp}`, `raw TCP ${overRawTcp}`];
}

/** JSON that exhausts parsers. */
export const deepJson: Attack = {
  name: "deep and huge JSON",
  target: "open",
  tried:
    "arrays and objects 100, 10 000 and 250 000 deep, unclosed ones too; numbers of 50 000 digits and 1e999999; strings and objects as large as fits; through WebSocket, HTTP and raw TCP",
  defence:
    "the depth is looked at before parsing: `too_deep`; what is too large is refused by its size; no stack overflows",
  async run(arena) {
    const hostile: readonly (readonly [string, string, boolean])[] = [
      ...[100, 10_000, 250_000].flatMap((depth): (readonly [string, string, boolean])[] => [
        [`arrays ${depth} deep`, "[".repeat(depth) + "]".repeat(depth), false],
        [`unclosed arrays ${depth} deep`, "[".repeat(depth), false],
        [`objects ${depth} deep`, '{"a":'.repeat(depth) + "1" + "}".repeat(depth), false],
      ]),
      ["a long number", "1".repeat(50_000), true],
      ["a number beyond all", "1e999999", true],
      ["a tiny number", `1e-${"9".repeat(100)}`, true],
      ["a long string", JSON.stringify("\u0000".repeat(9000)), true],
      [
        "many members",
        JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}`, i]))),
        true,
      ],
      ["a member twice", '{"a":1,"a":{"a":2}}', true],
      ["half a surrogate", '"\\ud800"', true],
    ];
    for (const [what, json, mayPass] of hostile) {
      for (const outcome of await throughEveryDoor(arena, json)) {
        arena.count(outcome);
        const passed = /published|20[01]|ok$/.test(outcome);
        arena.expect(mayPass || !passed, `${what} passed: ${outcome}`);
        arena.expect(!/internal|500/.test(outcome), `${what} broke something: ${outcome}`);
      }
    }
    return arena.outcomes();
  },
};

const POISONS: readonly string[] = [
  '{"__proto__":{"channel":"attack.memory.poisoned","since":"earliest","id":77,"data":"poisoned","exclude":"x","user":"root","isAdmin":true}}',
  '{"constructor":{"prototype":{"channel":"attack.memory.poisoned","data":"poisoned","user":"root"}}}',
  '{"__proto__":null,"toString":1,"hasOwnProperty":false,"then":{"then":1}}',
];

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "valueOf"];

/** Members that reach for the prototype of all objects. */
export const prototypeKeys: Attack = {
  name: "prototype keys",
  target: "open",
  tried:
    "`__proto__`, `constructor` and `then` as members of commands, bodies, lines, data, info and the map of subscriptions, and as names of channels, users, connections and methods",
  defence: "they are names like others: nothing appears in any other object, and no call fails inside",
  async run(arena) {
    for (const poison of POISONS) {
      for (const outcome of await throughEveryDoor(arena, poison)) {
        arena.count(outcome);
        arena.expect(!/internal|500/.test(outcome), `${poison} broke something: ${outcome}`);
      }
      await poisonCommands(arena, poison);
    }
    await namesEverywhere(arena);
    await expectClean(arena);
    return arena.outcomes();
  },
};

async function poisonCommands(arena: Arena, poison: string): Promise<void> {
  const inner = poison.slice(1, -1);
  const client = await NativeClient.open(arena, arena);
  const subscriptions = `{${inner},"attack.memory.a":${poison},"attack.memory.b":{"since":${poison}}}`;
  client.sendText(
    `{"type":"connect","id":1,"info":${poison},"client":${poison},"subscriptions":${subscriptions},${inner}}`,
  );
  client.sendText(`{"type":"connect","id":2,"info":${poison},"client":${poison},${inner}}`);
  client.sendText(`{"type":"subscribe","id":3,"since":${poison},${inner}}`);
  client.sendText(`{"type":"history","id":4,"limit":${poison},${inner}}`);
  client.sendText(`{"type":"rpc","id":5,"method":"__proto__","data":${poison},${inner}}`);
  client.sendText(`{"type":"__proto__","id":6,${inner}}`);
  client.sendText(`{"type":"constructor","id":7}`);
  await client.settled();
  for (const push of client.frames) {
    if (push.type === "error") arena.count(push.code);
    arena.expect(push.type !== "error" || push.code !== "internal", "a command failed inside");
    arena.expect(
      !("channel" in push) || push.channel !== "attack.memory.poisoned",
      "a prototype was poisoned",
    );
  }
  client.socket.terminate();
}

async function namesEverywhere(arena: Arena): Promise<void> {
  const client = await NativeClient.open(
    arena,
    arena,
    "user=__proto__&channels=__proto__,constructor,toString",
  );
  for (const channel of NAMES) {
    client.send({ type: "subscribe", channel, since: "earliest" });
    client.send({ type: "publish", channel, data: 1, messageId: channel, key: channel });
    client.send({ type: "presence", channel });
    client.send({ type: "unsubscribe", channel });
  }
  await client.settled();
  const { apiKey } = arena.server;
  for (const name of NAMES) {
    for (const line of [
      `GET /api/channels/${name} HTTP/1.1`,
      `GET /api/channels/${name}/messages HTTP/1.1`,
      `GET /api/channels/${name}/presence HTTP/1.1`,
      `GET /api/users/${name} HTTP/1.1`,
      `DELETE /api/users/${name}/ban HTTP/1.1`,
      `DELETE /api/connections/${name} HTTP/1.1`,
      `GET /api/channels?${name}=x HTTP/1.1`,
      `GET /${name} HTTP/1.1`,
      `GET /demo/${name} HTTP/1.1`,
    ]) {
      const { answers } = await exchange(arena, request(arena, line, [`Authorization: Bearer ${apiKey}`]));
      const status = answers[0]?.status ?? 0;
      arena.count(status);
      arena.expect(status > 0 && status < 500, `${line} was answered ${status}`);
    }
  }
  client.socket.terminate();
}

/** What is missing from a command must still be missing. */
async function expectClean(arena: Arena): Promise<void> {
  const client = await NativeClient.open(arena, arena);
  client.send({ type: "subscribe", id: 1 });
  const answer = await client.until(
    (push) => push.type === "error" || push.type === "subscribed",
    "an answer",
  );
  arena.expect(answer.type === "error", "a command without a channel got one from a prototype");
  const line = "POST /api/channels/attack.memory.json/messages HTTP/1.1";
  const headers = ["Content-Type: application/json", "Content-Length: 2"];
  const withKey = [`Authorization: Bearer ${arena.server.apiKey}`, ...headers];
  const { answers } = await exchange(arena, request(arena, line, withKey, "{}"));
  arena.expect(answers[0]?.status === 400, `a publish without data was answered ${answers[0]?.status}`);
  client.socket.terminate();
}
