import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { textParts } from "../../src/chat/text-parts.ts";

describe("the parts of a text", () => {
  it("are addresses and what stands between them", () => {
    assert.deepEqual(textParts("see https://a.example/x?y=1, then http://b.example."), [
      { text: "see ", href: undefined },
      { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
      { text: ", then ", href: undefined },
      { text: "http://b.example", href: "http://b.example" },
      { text: ".", href: undefined },
    ]);
  });

  it("link to nothing but http and https", () => {
    for (const text of ["javascript:alert(1)", "data:text/html,x", "xhttps://", "ftp://a.example"]) {
      assert.ok(
        textParts(text).every(({ href }) => href === undefined),
        text,
      );
    }
  });

  it("are the text again when put together", () => {
    const word = fc.oneof(fc.string({ unit: "binary" }), fc.constant("https://a.example/"), fc.webUrl());
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join(" ");
        assert.equal(
          textParts(text)
            .map((part) => part.text)
            .join(""),
          text,
        );
      }),
    );
  });
});
