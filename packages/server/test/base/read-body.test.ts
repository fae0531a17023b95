import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { readBody } from "../../src/base/read-body.ts";

describe("reading a body", () => {
  it("gives all of it, in however many chunks it comes", async () => {
    const body = new PassThrough();
    const read = readBody(body, undefined, 3000);
    for (let i = 0; i < 3000; i += 1) body.write("x");
    body.end();
    assert.equal((await read)?.toString(), "x".repeat(3000));
  });

  it("gives null for one that is too long, by its length before it comes or else by what has come", async () => {
    assert.equal(await readBody(new PassThrough(), "11", 10), null);
    const body = new PassThrough();
    const read = readBody(body, undefined, 10);
    body.write("12345678901");
    assert.equal(await read, null);
    body.end("the rest is dropped");
  });

  it("rejects when the client goes away", async () => {
    const body = new PassThrough();
    const read = readBody(body, "10", 10);
    body.write("12345");
    body.destroy(new Error("aborted"));
    await assert.rejects(read, /aborted/);
  });
});
