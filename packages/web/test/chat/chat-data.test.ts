import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chatData, readAddressee, readBody } from "../../src/chat/chat-data.ts";

const ANN = { user: "u1", name: "Ann", face: "f1" };

describe("what a message shows", () => {
  it("is the text of what this chat publishes", () => {
    assert.deepEqual(readBody(chatData(ANN, "hi", undefined)), { kind: "text", text: "hi" });
  });

  it("is a string as it is, and markup stays characters", () => {
    assert.deepEqual(readBody("<img onerror=alert(1)>"), { kind: "text", text: "<img onerror=alert(1)>" });
  });

  it("is JSON for everything else a backend sends", () => {
    assert.deepEqual(readBody({ text: 7 }), { kind: "json", json: '{"text":7}' });
    assert.deepEqual(readBody([1, null]), { kind: "json", json: "[1,null]" });
    assert.deepEqual(readBody(null), { kind: "json", json: "null" });
  });
});

describe("whom a message is for", () => {
  it("is read back from what this chat publishes", () => {
    const to = { room: "lobby", user: "u2", name: "Bob" };
    assert.deepEqual(readAddressee(chatData(ANN, "hi", to)), to);
  });

  it("is nobody in particular when it is not said, or said wrongly", () => {
    for (const data of [
      chatData(ANN, "hi", undefined),
      null,
      "x",
      { private: 1 },
      { private: { room: 1 } },
    ]) {
      assert.equal(readAddressee(data), undefined);
    }
  });
});
