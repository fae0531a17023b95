import assert from "node:assert/strict";
import { ERRORS } from "@tidewire/protocol";
import { readLine } from "../../../packages/server/src/wire/lines/line-request.ts";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

/** No line makes the reader throw, and the data of a publish is what was written, on one line. */
export const rawTcpLines: FuzzTarget = {
  name: "raw-tcp-lines",
  files: [
    "/server/src/wire/lines/line-request.ts",
    "/server/src/core/push-item.ts",
    "/server/src/core/json-text.ts",
  ],
  seeds: texts(
    '{"from":"api","key":"k","channel":"news","data":{"text":"hi"}}',
    '{ "from" : "api", "key":"k", "channels":["a","b"], "data": [1, 2.50, "x\\"y"] , "id":"m" }',
    '{"from":"api","key":"k","users":["u1","u2"],"data":null,"priority":"high","messageKey":"AAPL"}',
    '{"from":"api","key":"k","action":"disconnect","user":"u1","reason":"r","code":4403}',
    '{"from":"api","key":"k","action":"ban","user":"u1","for":"10m","reason":"r"}',
    '{"from":"api","key":"k","action":"unban","user":"u1"}',
    '{"from":"api","key":"k","action":"broadcast","data":{"data":1}}',
  ),
  tokens: texts(
    '"data":',
    '"d\\u0061ta":',
    '"data":1,"data":2',
    "\\\\",
    '\\"',
    "12345678901234567890",
    "[[[[[[[[",
    '{"data":',
    " ",
    "\t",
    '"__proto__":{}',
    "}",
  ),
  maxBytes: 600,
  run(input) {
    const text = Buffer.from(input).toString();
    const line = readLine(text, 100);
    if (!line.ok) return known(line.code);
    if ("code" in line.ask) return known(line.ask.code);
    const dataJson = dataOf(line.ask);
    if (dataJson === null) return;
    const written: unknown = JSON.parse(text);
    assert.ok(typeof written === "object" && written !== null && "data" in written);
    assert.deepEqual(JSON.parse(dataJson), written.data, "the data is not what was written");
    assert.ok(!dataJson.includes("\n"), "the data takes more than one line");
  },
};

type Ask = Extract<ReturnType<typeof readLine>, { readonly key: string }>["ask"];

function dataOf(ask: Ask): string | null {
  if ("code" in ask) return null;
  if (ask.action === "publish") return ask.item.dataJson;
  return ask.action === "broadcast" ? ask.dataJson : null;
}

function known(code: string): void {
  assert.ok(Object.hasOwn(ERRORS, code), `${code} is not in the table of errors`);
}
