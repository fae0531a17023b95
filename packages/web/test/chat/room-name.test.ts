import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isChannelName } from "@tidewire/protocol";
import fc from "fast-check";
import { cleanRoomName, roomChannel, roomOfChannel } from "../../src/chat/room-name.ts";

describe("a room", () => {
  it("is a channel below demo.chat", () => {
    assert.equal(roomChannel("lobby"), "demo.chat.lobby");
    assert.equal(roomOfChannel("demo.chat.lobby"), "lobby");
    assert.equal(roomOfChannel("news"), undefined);
  });

  it("may be named in any script", () => {
    assert.equal(roomChannel("茶"), "demo.chat.=E8=8C=B6");
    assert.equal(roomOfChannel("demo.chat.=E8=8C=B6"), "茶");
  });

  it("is called in lower case without spaces, and without the # people type", () => {
    assert.equal(cleanRoomName(" #Release Notes "), "release-notes");
    assert.equal(cleanRoomName(" ## "), "");
  });

  it("has a valid channel of its own whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (typed) => {
        const name = cleanRoomName(typed);
        if (name === "") return;
        assert.ok(isChannelName(roomChannel(name)), `${roomChannel(name)} is no channel`);
        assert.equal(roomOfChannel(roomChannel(name)), name);
      }),
    );
  });
});
