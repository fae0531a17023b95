import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Push } from "@tidewire/protocol";
import fc from "fast-check";
import type { Session } from "../../src/core/session.ts";
import { CoreWorld } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();

/** Somebody in the room who keeps what the protocol tells: everybody, or how many. */
class Visitor {
  readonly outbox: FakeOutbox;
  readonly session: Session;
  #members = new Set<string>();
  #count: number | null = null;
  /** Frames about presence since it was last asked. */
  #frames = 0;

  /** Its socket takes `limitBytes` before the server holds back. */
  constructor(world: CoreWorld, limitBytes = Infinity) {
    this.outbox = new FakeOutbox(ENCODING, limitBytes);
    this.session = world.connect(this.outbox, { subscriptions: [{ channel: "room" }] });
  }

  read(): void {
    for (const push of this.outbox.drain()) this.#take(push);
  }

  takeFrames(): number {
    this.read();
    const frames = this.#frames;
    this.#frames = 0;
    return frames;
  }

  get shows(): string {
    return this.#count === null ? [...this.#members].toSorted().join(" ") : `${this.#count}`;
  }

  #take(push: Push): void {
    if (push.type === "presence") {
      this.#members = new Set(push.members.map(({ connection }) => connection));
      this.#count = push.count ?? null;
    } else if (push.type === "join" || push.type === "leave") {
      for (const { connection } of push.members) {
        if (push.type === "join") this.#members.add(connection);
        else this.#members.delete(connection);
      }
    } else {
      return;
    }
    this.#frames += 1;
  }
}

function largeRooms(presenceList: number): CoreWorld {
  return new CoreWorld((channel) => ({ presence: channel === "room", presenceList }));
}

/** Lets a large room be told. */
async function passTime(world: CoreWorld): Promise<void> {
  world.clock.advance(1100);
  world.wheel.advance();
  await world.settle();
}

async function leave(world: CoreWorld, { session, outbox }: Visitor): Promise<void> {
  world.sessions.detach(session, outbox, 1000);
  await world.settle();
}

describe("a large room", () => {
  test("takes hundreds who come and go without a frame to the others for each of them", async () => {
    const world = largeRooms(100);
    const visitors = Array.from({ length: 900 }, () => new Visitor(world));
    await world.settle();
    for (const visitor of visitors) assert.equal(visitor.takeFrames(), 1, "what follows subscribed");
    for (let time = 0; time < 20; time += 1) {
      visitors.push(new Visitor(world));
      await world.settle();
      const [first] = visitors.splice(0, 1);
      if (first !== undefined) await leave(world, first);
    }
    for (const visitor of visitors.slice(0, -20)) assert.equal(visitor.takeFrames(), 0);
    await passTime(world);
    for (const visitor of visitors) {
      visitor.read();
      assert.equal(visitor.shows, "900");
    }
  });

  test("is told to who comes back within the grace time as to who comes, and nobody is counted twice", async () => {
    const world = largeRooms(2);
    const visitors = Array.from({ length: 5 }, () => new Visitor(world));
    await world.settle();
    const [ann] = visitors;
    assert.ok(ann);
    world.sessions.detach(ann.session, ann.outbox, 1006);
    await world.settle();
    const again = new FakeOutbox(ENCODING);
    world.connect(again, { sessionId: ann.session.id, subscriptions: [{ channel: "room" }] });
    await world.settle();
    const presence = again.drain().find((push) => push.type === "presence");
    assert.equal(presence?.type === "presence" && presence.count, 5);
  });

  const does = fc.constantFrom("come", "come", "come", "go", "go", "publish", "read", "pass", "settle");
  const steps = fc.array(fc.tuple(does, fc.nat(20)), { maxLength: 60, size: "max" });

  test("and one that becomes large or small are right for everybody who follows, however slowly they read", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (happens) => {
        const world = largeRooms(3);
        const visitors: Visitor[] = [];
        for (const [what, which] of happens) {
          const visitor = visitors[which % Math.max(1, visitors.length)];
          if (what === "come") visitors.push(new Visitor(world, which % 2 === 0 ? 200 : Infinity));
          else if (what === "publish") await world.publish("room", "x".repeat(which * 10));
          else if (what === "pass") await passTime(world);
          else if (visitor !== undefined && what === "read") {
            visitor.read();
            world.catchUp.drained(visitor.session);
          } else if (visitor !== undefined && what === "go") {
            visitors.splice(visitors.indexOf(visitor), 1);
            await leave(world, visitor);
          } else if (what === "settle") await world.settle();
        }
        await world.settle();
        await passTime(world);
        const roster = world.hub.get("room")?.roster;
        const { members = [], count = null } = roster?.show() ?? {};
        const everybody = members.map(({ connection }) => connection).toSorted();
        for (const visitor of visitors) {
          // Until there is nothing more: reading makes room for what was held back.
          for (let times = 0; times < 20; times += 1) {
            visitor.read();
            world.catchUp.drained(visitor.session);
            await world.breathe();
          }
          visitor.read();
          assert.equal(visitor.shows, count === null ? everybody.join(" ") : `${visitors.length}`);
        }
      }),
      { numRuns: 100 },
    );
  });
});
