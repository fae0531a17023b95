import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anchorsOf, linksOf } from "./support/markdown-links.ts";

describe("the links of a page", () => {
  it("are found with their lines, in text, pictures, tables, footers and HTML", () => {
    const page = [
      '[a](a.md) and ![b](b.webp "title")',
      "| [c](c.md#place) |",
      '<img src="d.webp">',
      "[below]: e.md",
    ].join("\n");
    assert.deepEqual(
      linksOf(page).map(({ target, line }) => `${line} ${target}`),
      ["1 a.md", "1 b.webp", "2 c.md#place", "3 d.webp", "4 e.md"],
    );
  });

  it("are none where they stand in code", () => {
    assert.deepEqual(linksOf("`[a](a.md)`\n```sh\n[b](b.md)\n```\n"), []);
  });
});

describe("the anchors of a page", () => {
  it("are those that GitHub makes of headings", () => {
    const page =
      "# What's *new*?\n## `POST /api/push`\n## max_rate & `a.b`\n## [Linked](x.md) one\n## 中文 标题\n";
    assert.deepEqual(
      [...anchorsOf(page)],
      ["whats-new", "post-apipush", "max_rate--ab", "linked-one", "中文-标题"],
    );
  });

  it("count headings that come twice", () => {
    assert.deepEqual([...anchorsOf("# One\n## One\n### One\n")], ["one", "one-1", "one-2"]);
  });

  it("are not made of comments in code, and are made of names in HTML", () => {
    assert.deepEqual([...anchorsOf('```sh\n# no\n```\n<a id="here"></a>\n')], ["here"]);
  });
});
