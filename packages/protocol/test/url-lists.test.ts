import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type ChannelListResult,
  formatSinceList,
  parseChannelList,
  parseSinceList,
} from "@tidewire/protocol";
import { channelName, since } from "./support/arbitraries.ts";

function parse(query: string): ChannelListResult {
  return parseChannelList(new URLSearchParams(query));
}

describe("channel lists in URLs", () => {
  test("no list names no channel", () => {
    assert.deepEqual(parse(""), { ok: true, channels: [] });
    assert.deepEqual(parse("channels=&since="), { ok: true, channels: [] });
  });

  test("channels splits at commas, channel does not and is counted after them", () => {
    assert.deepEqual(parse("channel=c,d&channels=a,b&since=k3:1,,last:20"), {
      ok: true,
      channels: [
        { channel: "a", since: { epoch: "k3", offset: 1 } },
        { channel: "b" },
        { channel: "c,d", since: { last: 20 } },
      ],
    });
  });

  test("every list of channels and starts can be written into a URL and read back", () => {
    const entry = fc.tuple(channelName, fc.option(since, { nil: undefined }));
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 5 }), (entries) => {
        const query = new URLSearchParams();
        for (const [name] of entries) query.append("channel", name);
        query.set("since", formatSinceList(entries.map(([, start]) => start)));
        const channels = entries.map(([channel, start]) =>
          start === undefined ? { channel } : { channel, since: start },
        );
        assert.deepEqual(parse(query.toString()), { ok: true, channels });
      }),
    );
  });

  const refused: readonly (readonly [query: string, code: string, says: RegExp])[] = [
    ["channels=a,,b", "invalid_channel", /must not be empty/],
    ["channels=a,b%20c", "invalid_channel", /must not contain " "/],
    ["channel=", "invalid_channel", /must not be empty/],
    ["channels=a,b,a", "invalid_channel", /listed twice/],
    ["channels=a&channel=a", "invalid_channel", /listed twice/],
    ["channels=a,b&since=k3:1", "invalid_since", /1 entries for 2 channels/],
    ["channels=a&since=k3:1,k3:2", "invalid_since", /2 entries for 1 channels/],
    ["since=earliest", "invalid_since", /for 0 channels/],
    ["channels=a,b&since=k3:1,now", "invalid_since", /epoch:offset, earliest, last:20/],
  ];
  for (const [query, code, says] of refused) {
    test(`${query} is refused with ${code}`, () => {
      const result = parse(query);
      assert.ok(!result.ok);
      assert.equal(result.code, code);
      assert.match(result.message, says);
    });
  }

  test("the channel that is wrong is named", () => {
    const result = parseSinceList("k3:1,x", ["a", "b"]);
    assert.ok(!result.ok);
    assert.equal(result.channel, "b");
  });

  test("no query throws", () => {
    fc.assert(fc.property(fc.webQueryParameters(), (query) => void parse(query)));
  });
});
