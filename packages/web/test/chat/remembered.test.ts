import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatSelf, parseSelf, randomName } from "../../src/chat/identity.ts";
import { pageTitle } from "../../src/chat/page-title.ts";
import { firstRooms, parseRooms } from "../../src/chat/remembered-rooms.ts";

describe("a remembered person", () => {
  it("is read as it was written", () => {
    const self = { user: "abc", face: "f1", name: "Mei 小美 %" };
    assert.deepEqual(parseSelf(formatSelf(self)), self);
  });

  it("is nobody when the memory was tampered with", () => {
    for (const text of [undefined, "", "u", "u f", "u f %", " f n", "u f %20"]) {
      assert.equal(parseSelf(text), undefined, `${text}`);
    }
  });

  it("has a name to begin with in either language", () => {
    assert.match(randomName("en"), /^[A-Z][a-z]+ [A-Z][a-z]+$/);
    assert.match(randomName("zh"), /^\p{Script=Han}+$/u);
  });
});

describe("remembered rooms", () => {
  it("are names, each once, and bounded", () => {
    assert.deepEqual(parseRooms("lobby\n\nLobby\n#Tea Room"), ["lobby", "tea-room"]);
    assert.equal(parseRooms(Array.from({ length: 99 }, (_, index) => `r${index}`).join("\n")).length, 20);
  });

  it("begin with the one the address names", () => {
    assert.deepEqual(firstRooms(""), ["lobby", "random", "help"]);
    assert.deepEqual(firstRooms("help"), ["help", "lobby", "random"]);
    assert.deepEqual(firstRooms("%E8%8C%B6"), ["茶", "lobby", "random", "help"]);
    assert.deepEqual(firstRooms("%"), ["lobby", "random", "help"]);
  });
});

describe("the title of the page", () => {
  it("counts unread messages first", () => {
    assert.equal(pageTitle(0, "lobby", "Chat"), "#lobby · Chat · Tidewire");
    assert.equal(pageTitle(3, "lobby", "Chat"), "(3) #lobby · Chat · Tidewire");
    assert.equal(pageTitle(4000, "lobby", "Chat"), "(999+) #lobby · Chat · Tidewire");
  });
});
