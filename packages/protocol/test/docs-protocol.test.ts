import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as protocol from "@tidewire/protocol";
import { codeLines, readPage, sectionOf, tableRows } from "./support/markdown.ts";

const page = readPage("protocol.md");

function typeOf(text: string): string {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === "object" && value !== null && "type" in value && typeof value.type === "string");
  return value.type;
}

/** Holds one chapter against the schemas of its direction. */
function checkChapter(
  title: string,
  schemas: Readonly<Record<string, protocol.ObjectSchema<unknown>>>,
  info: string,
): void {
  const chapter = sectionOf(page, 2, title) ?? "";

  test(`"${title}" has a section for each message and for nothing else`, () => {
    const titles = [...chapter.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(titles, Object.keys(schemas));
  });

  for (const [type, schema] of Object.entries(schemas)) {
    const section = sectionOf(chapter, 3, type) ?? "";

    test(`${info}: the table of ${type} lists exactly its fields, and which may be absent`, () => {
      const documented = tableRows(section).map(([name]) => name?.replaceAll("`", ""));
      const fields = Object.keys(schema.fieldShapes).filter((name) => name !== "type");
      assert.deepEqual(documented, fields, "in the order of the source");
    });

    test(`${info}: the section of ${type} names every word that a field may hold`, () => {
      for (const [name, shape] of Object.entries(schema.fieldShapes)) {
        for (const [, word] of shape.matchAll(/"(\w+)"/g)) {
          if (word === "earliest" || name === "type") continue;
          assert.match(section, new RegExp(`\`"?${word}"?\``), `${type}.${name} may be ${word}`);
        }
      }
    });

    test(`${info}: every example of ${type} is valid and shows nothing that does not exist`, () => {
      const examples = codeLines(section, `json ${info}`);
      assert.ok(examples.length > 0, "there must be an example");
      for (const example of examples) {
        assert.equal(typeOf(example), type);
        const value: unknown = JSON.parse(example);
        assert.deepEqual(schema.read(value), value, example);
      }
    });
  }
}

describe("docs/protocol.md", () => {
  checkChapter("Client messages", protocol.COMMAND_SCHEMAS, "client");
  checkChapter("Server messages", protocol.PUSH_SCHEMAS, "server");

  test("every example on the page is read by the program it is meant for", () => {
    for (const example of codeLines(page, "json client"))
      assert.ok(protocol.decodeCommand(example).ok, example);
    for (const example of codeLines(page, "json server")) assert.ok(protocol.decodePush(example), example);
  });

  test("the page is about the version that this package speaks", () => {
    assert.ok(page.startsWith(`# The native protocol, version ${protocol.PROTOCOL_VERSION}\n`));
  });

  test("the limits are those of the source", () => {
    const documented = tableRows(sectionOf(page, 2, "Limits") ?? "").map(([what, limit]) => [
      what,
      Number.parseInt(limit ?? "", 10),
    ]);
    assert.deepEqual(documented, [
      ["channel name", protocol.MAX_CHANNEL_LENGTH],
      ["nesting of arrays and objects in a message", protocol.MAX_JSON_DEPTH],
      ["`messageId`", protocol.MAX_MESSAGE_ID_LENGTH],
      ["`key`", protocol.MAX_KEY_LENGTH],
      ["`method`", protocol.MAX_METHOD_LENGTH],
      ["`token`", protocol.MAX_TOKEN_LENGTH],
      ["`session`", protocol.MAX_SESSION_LENGTH],
      ["`info`", protocol.MAX_INFO_LENGTH],
      ["`limit` of `history`", protocol.MAX_HISTORY_LIMIT],
      ["`channels` of `subscribe`", protocol.MAX_CHANNELS_PER_SUBSCRIBE],
    ]);
    assert.ok(page.includes(`than ${protocol.OVERSIZE_CLOSE_FACTOR} times that closes the connection`));
    assert.ok(page.includes(`| ${protocol.DEFAULT_HISTORY_LIMIT} unless given |`));
  });

  test("every link within the page leads to a heading", () => {
    const seen = new Map<string, number>();
    const anchors = [...page.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => {
      const slug = heading.toLowerCase().replaceAll(" ", "-");
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    });
    for (const [, target = ""] of page.matchAll(/\]\(#([^)]*)\)/g)) {
      assert.ok(anchors.includes(target), `#${target} leads nowhere`);
    }
  });

  test("every close code and error code that the page names exists", () => {
    const closeCodes: readonly number[] = Object.values(protocol.CLOSE);
    const ranges = [4000, 4399, 4400, 4999];
    for (const [code] of page.matchAll(/\b4[0-9]{3}\b/g)) {
      assert.ok([...closeCodes, ...ranges].includes(Number(code)), `${code} is no close code`);
    }
    for (const [, word = ""] of page.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)) {
      assert.ok(protocol.isErrorCode(word), `${word} is no error code`);
    }
  });
});
