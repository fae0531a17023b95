import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Phrase, sayIn, type WordKey, WORDS } from "../../src/look/words.ts";

const PHRASES: readonly (readonly [string, Phrase])[] = Object.entries(WORDS);

function forms({ en, zh }: Phrase): readonly string[] {
  return typeof en === "string" ? [en, zh] : [en.one, en.other, zh];
}

function placeholders(text: string): string {
  return [...text.matchAll(/\{\w+\}/g)]
    .map(([found]) => found)
    .toSorted()
    .join(" ");
}

describe("the table of words", () => {
  it("has every phrase in every language", () => {
    for (const [key, phrase] of PHRASES) {
      for (const form of forms(phrase)) assert.notEqual(form.trim(), "", `${key} is empty in one language`);
    }
  });

  it("fills in the same values in every language", () => {
    for (const [key, phrase] of PHRASES) {
      const [first = "", ...others] = forms(phrase).map(placeholders);
      for (const other of others) assert.equal(other, first, `${key} names different values`);
    }
  });

  it("counts in every phrase that has two English forms", () => {
    for (const [key, { en }] of PHRASES) {
      if (typeof en !== "string") assert.match(en.other, /\{count\}/, `${key} cannot choose its form`);
    }
  });

  it("writes Chinese in Chinese", () => {
    for (const [key, { zh }] of PHRASES) {
      assert.match(zh, /\p{Script=Han}/u, `${key} is not translated`);
    }
  });
});

describe("saying a phrase", () => {
  const key: WordKey = "chat.newBelow";

  it("chooses between one and several in English", () => {
    const say = sayIn("en");
    assert.equal(say(key, { count: 1 }), "1 new message");
    assert.equal(say(key, { count: 0 }), "0 new messages");
    assert.equal(say(key, { count: 12_345 }), "12,345 new messages");
  });

  it("has one form in Chinese", () => {
    assert.equal(sayIn("zh")(key, { count: 1 }), "1 条新消息");
  });

  it("takes a value as it is, whatever is in it", () => {
    const say = sayIn("en");
    assert.equal(say("chat.notSent", { problem: "$& {problem} <b>" }), "Not sent: $& {problem} <b>");
    assert.equal(say("chat.notSent"), "Not sent: {problem}");
  });
});
