import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { channelNameProblem, isChannelName, MAX_CHANNEL_LENGTH } from "@tidewire/protocol";
import { channelName } from "./support/arbitraries.ts";

describe("channel names", () => {
  for (const name of [
    "news",
    "stock.AAPL",
    "chat:room/1",
    "a@b",
    "a=b,c;d",
    "__proto__",
    "@u1",
    "-",
    "x".repeat(200),
  ]) {
    test(`${name.slice(0, 20)} is a channel name`, () => {
      assert.equal(channelNameProblem(name), undefined);
      assert.ok(isChannelName(name));
    });
  }

  const refused: readonly (readonly [name: string, why: string, says: RegExp])[] = [
    ["", "empty", /must not be empty/],
    ["x".repeat(MAX_CHANNEL_LENGTH + 1), "too long", /at most 200 characters; this one has 201/],
    ["$sys", "reserved", /begin with \$ are reserved/],
    ["#server-to-user-1", "reserved", /begin with # are reserved/],
    ["two words", "a space", /must not contain " " \(at character 4\)/],
    ["news\n", "a line feed at the end", /must not contain "\\n"/],
    ["néws", "a letter outside ASCII", /must not contain "é"/],
    ["chat*", "a wildcard", /must not contain \*\. Only subscribe/],
    ["a😀", "a character of two units", /must not contain "😀"/u],
    ["chat#1", "a reserved character inside", /must not contain "#"/],
    [".news", "a leading separator", /empty segment/],
    ["news.", "a trailing separator", /empty segment/],
    ["a.:b", "two separators", /empty segment/],
    ["@", "an inbox of nobody", /user's inbox/],
    ["@u.1", "an inbox with a separator", /user's inbox/],
    ["@=41", "an inbox in another spelling", /user's inbox/],
    ["@=ff", "lower-case hex", /user's inbox/],
    ["@=FF", "bytes that are not UTF-8", /user's inbox/],
  ];
  for (const [name, why, says] of refused) {
    test(`a name with ${why} is refused with a reason (${JSON.stringify(name.slice(0, 12))})`, () => {
      assert.ok(!isChannelName(name));
      assert.match(channelNameProblem(name) ?? "", says);
    });
  }

  test("a name and its problem never disagree", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), channelName), (name) => {
        assert.equal(isChannelName(name), channelNameProblem(name) === undefined);
      }),
    );
  });

  test("every name made of segments is accepted", () => {
    fc.assert(fc.property(channelName, (name) => assert.equal(channelNameProblem(name), undefined)));
  });

  test("a hostile megabyte is refused by its length alone", () => {
    const problem = channelNameProblem("a.".repeat(500_000)) ?? "";
    assert.ok(problem.length < 200, "the problem must not repeat the input");
  });
});
