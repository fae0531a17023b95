import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { openEnvironment } from "../../src/broker/lmdb/environment.ts";
import { META_FORMAT, META_OWNER } from "../../src/broker/lmdb/keys.ts";
import { StoreInUse, StoreTooNew } from "../../src/broker/store-errors.ts";
import { HISTORY, openIn, temporaryFolder } from "./store-harness.ts";
import { headOf, range, read } from "./streams-contract.ts";
import { type Acknowledged, type Condition, type Opened, StoreProcess } from "./store-process.ts";

async function inFolder(body: (path: string, start: () => StoreProcess) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const started: StoreProcess[] = [];
  try {
    await body(folder.path, () => {
      const process = new StoreProcess(folder.path);
      started.push(process);
      return process;
    });
  } finally {
    await Promise.all(started.map((process) => process.kill()));
    folder.remove();
  }
}

describe("kill -9", () => {
  for (const durable of ["disk", "process"] as const) {
    test(`everything that was acknowledged with durable ${durable} is there afterwards, once and in order`, () =>
      inFolder(async (path, start) => {
        const acknowledged: Acknowledged[] = [];
        for (const _ of range(1, 3)) {
          const process = start();
          assert.deepEqual(await process.next(), { opened: true });
          for (const _writer of range(1, 8)) process.tell({ do: "flood", durable });
          for (const _message of range(1, 200)) acknowledged.push((await process.next()) as Acknowledged);
          await process.kill();
          acknowledged.push(...(process.received as Acknowledged[]));
        }
        const history = { ...HISTORY, messages: 1e6, bytes: 1e9, durable };
        const channel = `kept.${durable}`;
        const store = await openIn(path, { randomId: () => "after", clock: { nowMs: () => Date.now() } });
        const head = await headOf(store, channel, history);
        const { messages } = await read(store, { channel, history, maxMessages: 1e6 });
        await store.close();
        const byOffset = new Map(messages.map((message) => [message.offset, message]));
        for (const { id, epoch, offset } of acknowledged) {
          assert.equal(byOffset.get(offset)?.id, id, `offset ${offset} holds what was acknowledged there`);
          assert.equal(byOffset.get(offset)?.epoch, epoch);
        }
        assert.deepEqual(
          messages.map((message) => message.offset),
          range(1, head.offset),
          "there is no hole",
        );
        const epochs = new Set([...messages.map((message) => message.epoch), head.epoch]).size;
        assert.equal(epochs, durable === "disk" ? 1 : 4, "only what may have lost its tail gets a new epoch");
      }));
  }
});

describe("two processes on one folder", () => {
  test("the second is told which process has it, and gets it once that was killed", () =>
    inFolder(async (path, start) => {
      const owner = start();
      await owner.next();
      await assert.rejects(openIn(path), (error) => {
        assert.ok(error instanceof StoreInUse);
        assert.ok(error.message.includes(`process ${owner.pid}`), error.message);
        assert.ok(error.message.includes(path));
        return true;
      });
      await owner.kill();
      const store = await openIn(path);
      await assert.rejects(openIn(path), StoreInUse, "the same process cannot have it twice either");
      await store.close();
      await (await openIn(path)).close();
    }));

  test("of several that start together after a crash, one wins", () =>
    inFolder(async (_path, start) => {
      const crashed = start();
      await crashed.next();
      await crashed.kill();
      const answers = await Promise.all(range(1, 4).map(() => start().next() as Promise<Opened>));
      assert.deepEqual(answers.filter((answer) => answer.opened).length, 1);
      for (const { opened, error } of answers)
        if (!opened) assert.match(error ?? "", /^StoreInUse: The data folder/);
    }));

  test("a process id that was given away again is not taken for the owner", () =>
    inFolder(async (path) => {
      const environment = openEnvironment(path);
      environment.exclusively((writer) => {
        writer.put(META_OWNER, Buffer.from(JSON.stringify({ pid: process.pid, started: "another boot:1" })));
      });
      await environment.close();
      // Only Linux tells when a process began; elsewhere a living process keeps its folder.
      if (existsSync("/proc/self/stat")) await (await openIn(path)).close();
      else await assert.rejects(openIn(path), StoreInUse);
    }));
});

test("a folder that a newer version wrote is refused, and left as it is", () =>
  inFolder(async (path) => {
    await (await openIn(path)).close();
    const write = async (format: number) => {
      const environment = openEnvironment(path);
      environment.exclusively((writer) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(format);
        writer.put(META_FORMAT, bytes);
      });
      await environment.close();
    };
    await write(2);
    await assert.rejects(openIn(path), StoreTooNew);
    await write(1);
    await (await openIn(path)).close();
  }));

test(
  "when the file cannot grow any more, publishes fail, reading goes on, and all recovers by itself",
  {
    skip: process.platform !== "linux" && "needs prlimit, which only Linux has",
  },
  () =>
    inFolder(async (path, start) => {
      const child = start();
      await child.next();
      const publish = async (count: number) =>
        (await child.ask({ do: "publish", durable: "disk", count, bytes: 2000 })) as (Acknowledged | null)[];
      const look = async () => (await child.ask({ do: "look" })) as Condition;
      const limitFileSize = (soft: string) =>
        execFileSync("/usr/bin/prlimit", ["--pid", `${child.pid}`, `--fsize=${soft}:unlimited`]);
      let kept = (await publish(50)).length;
      limitFileSize("1000000");
      for (;;) {
        const results = await publish(20);
        kept += results.filter((result) => result !== null).length;
        if (results.includes(null)) break;
      }
      const failing = await look();
      assert.equal(failing.available, false);
      assert.match(failing.reason, /too large|input\/output error/i);
      assert.deepEqual(
        [failing.heads["kept.disk"], failing.readable],
        [kept, kept],
        "all that was kept can be read",
      );
      limitFileSize("unlimited");
      for (let now = failing; !now.available; ) now = await look();
      const after = (await publish(20)) as Acknowledged[];
      assert.deepEqual(
        after.map((result) => result.offset),
        range(kept + 1, kept + 20),
        "offsets go on without a hole",
      );
      await child.kill();
      const store = await openIn(path, { clock: { nowMs: () => Date.now() } });
      const history = { ...HISTORY, messages: 1e6, bytes: 1e9 };
      const page = await read(store, { channel: "kept.disk", history, maxMessages: 1e6 });
      await store.close();
      assert.deepEqual(
        page.messages.map((message) => message.offset),
        range(1, kept + 20),
      );
    }),
);
