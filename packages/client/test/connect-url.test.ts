import assert from "node:assert/strict";
import { test } from "node:test";
import { connectUrl } from "../src/connect-url.ts";

const PAGE = "https://shop.example/cart/index.html?x=1#top";

test("an address becomes that of the server's WebSocket", () => {
  const cases: readonly (readonly [string | URL, string | undefined, string])[] = [
    ["http://127.0.0.1:8080", undefined, "ws://127.0.0.1:8080/connect"],
    ["https://push.example", undefined, "wss://push.example/connect"],
    ["wss://push.example/", undefined, "wss://push.example/connect"],
    ["ws://push.example/rt/connect?x=1", undefined, "ws://push.example/rt/connect?x=1"],
    ["https://push.example/#frag", undefined, "wss://push.example/connect"],
    [new URL("http://[::1]:8080"), undefined, "ws://[::1]:8080/connect"],
    ["", PAGE, "wss://shop.example/connect"],
    ["/rt/connect", PAGE, "wss://shop.example/rt/connect"],
    ["https://push.example", PAGE, "wss://push.example/connect"],
  ];
  for (const [url, page, expected] of cases) assert.equal(connectUrl(url, page), expected);
});

test("an address that is none, or relative to nothing, is refused", () => {
  for (const url of ["", "/connect", "no address"]) {
    assert.throws(() => connectUrl(url, undefined), TypeError);
  }
});
