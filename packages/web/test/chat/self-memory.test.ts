import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSelf } from "../../src/chat/identity.ts";
import { type Claims, findSelf, type SelfMemory } from "../../src/chat/self-memory.ts";
import type { Memory } from "../../src/look/remembered.ts";

/** A memory of the test's, which can be copied as a duplicated tab's is. */
class Notes implements Memory {
  readonly #texts: Map<string, string>;

  constructor(texts: Iterable<readonly [string, string]> = []) {
    this.#texts = new Map(texts);
  }

  recall(name: string): string | undefined {
    return this.#texts.get(name);
  }

  remember(name: string, text: string): void {
    this.#texts.set(name, text);
  }

  copy(): Notes {
    return new Notes(this.#texts);
  }
}

interface Waiting {
  readonly name: string;
  readonly page: Page;
  readonly answer: (taken: boolean) => void;
}

/** A browser of the test's: what it remembers, which page has which name, and who waits for one. */
class PretendedBrowser {
  readonly memory = new Notes();
  readonly #holders = new Map<string, Page>();
  #waiting: readonly Waiting[] = [];

  open({ tab = new Notes(), wantsGuest = false } = {}): Page {
    return new Page(this, tab, wantsGuest);
  }

  take(page: Page, name: string, waitMs: number): Promise<boolean> {
    if (!this.#holders.has(name)) {
      this.#holders.set(name, page);
      return Promise.resolve(true);
    }
    if (waitMs === 0) return Promise.resolve(false);
    return new Promise((answer) => {
      this.#waiting = [...this.#waiting, { name, page, answer }];
    });
  }

  release(page: Page): void {
    for (const [name, holder] of this.#holders) {
      if (holder !== page) continue;
      this.#holders.delete(name);
      const next = this.#waiting.find((waiting) => waiting.name === name);
      if (next === undefined) continue;
      this.#holders.set(name, next.page);
      next.answer(true);
    }
  }

  /** Lets the time that anybody waits go by. */
  passTime(): void {
    for (const { answer } of this.#waiting) answer(false);
    this.#waiting = [];
  }
}

class Page implements Claims {
  readonly tab: Notes;
  readonly memory: Promise<SelfMemory>;
  readonly #browser: PretendedBrowser;

  constructor(browser: PretendedBrowser, tab: Notes, wantsGuest: boolean) {
    this.#browser = browser;
    this.tab = tab;
    this.memory = findSelf({ browser: browser.memory, tab, claims: this, wantsGuest, language: "en" });
  }

  take(name: string, waitMs: number): Promise<boolean> {
    return this.#browser.take(this, name, waitMs);
  }

  async user(): Promise<string> {
    return (await this.memory).self.user;
  }

  close(): void {
    this.#browser.release(this);
  }
}

describe("who somebody at a page is", () => {
  it("is the remembered person in the first window, and a guest in every other that is open", async () => {
    const browser = new PretendedBrowser();
    const pages = [browser.open(), browser.open(), browser.open()];
    const memories = await Promise.all(pages.map(({ memory }) => memory));
    assert.deepEqual(
      memories.map(({ isGuest }) => isGuest),
      [false, true, true],
    );
    assert.equal(new Set(memories.map(({ self }) => self.user)).size, 3);
    assert.deepEqual(parseSelf(browser.memory.recall("chat.self")), memories[0]?.self);
  });

  it("is the remembered person again in a window opened after the first was closed", async () => {
    const browser = new PretendedBrowser();
    const first = browser.open();
    const user = await first.user();
    await browser.open().memory;
    first.close();
    assert.equal(await browser.open().user(), user);
  });

  it("stays the same over a reload, even if the old page goes after the new one came", async () => {
    const browser = new PretendedBrowser();
    const pages = [browser.open(), browser.open()];
    for (const page of pages) {
      const user = await page.user();
      const reloaded = browser.open({ tab: page.tab });
      page.close();
      assert.equal(await reloaded.user(), user);
    }
  });

  it("stays a guest over a reload when the first window is gone", async () => {
    const browser = new PretendedBrowser();
    const [first, second] = [browser.open(), browser.open()];
    const guest = await second.user();
    first.close();
    second.close();
    assert.equal(await browser.open({ tab: second.tab }).user(), guest);
  });

  it("is somebody new in a duplicated tab, also after that is reloaded", async () => {
    const browser = new PretendedBrowser();
    const [first, second] = [browser.open(), browser.open()];
    for (const original of [first, second]) {
      const user = await original.user();
      const duplicate = browser.open({ tab: original.tab.copy() });
      browser.passTime();
      const other = await duplicate.user();
      assert.notEqual(other, user, "two open pages are one person");
      duplicate.close();
      assert.equal(await browser.open({ tab: duplicate.tab }).user(), other);
    }
  });

  it("is a guest where one is wanted, in a tab that had the remembered person too", async () => {
    const browser = new PretendedBrowser();
    const first = browser.open();
    const user = await first.user();
    first.close();
    const guest = browser.open({ tab: first.tab, wantsGuest: true });
    assert.notEqual(await guest.user(), user);
    assert.equal(await browser.open().user(), user);
  });

  it("is remembered with a new name by the browser, and by a guest's tab", async () => {
    const browser = new PretendedBrowser();
    const [first, second] = [browser.open(), browser.open()];
    for (const [page, name] of [
      [first, "Ann"],
      [second, "Bob"],
    ] as const) {
      const memory = await page.memory;
      memory.remember({ ...memory.self, name });
      page.close();
      assert.equal((await browser.open({ tab: page.tab }).memory).self.name, name);
    }
    assert.equal(parseSelf(browser.memory.recall("chat.self"))?.name, "Ann");
  });
});

describe("who somebody is where pages have no locks", () => {
  const forbidden: Claims = { take: () => Promise.reject(new DOMException("", "SecurityError")) };
  for (const [why, claims] of [
    ["are missing", undefined],
    ["are forbidden", forbidden],
  ] as const) {
    it(`is the remembered person in every window, but in those of guests, when locks ${why}`, async () => {
      const browser = new Notes();
      const find = (wantsGuest: boolean, tab = new Notes()): Promise<SelfMemory> =>
        findSelf({ browser, tab, claims, wantsGuest, language: "zh" });
      const first = await find(false);
      assert.deepEqual((await find(false)).self, first.self);
      const tab = new Notes();
      const guest = await find(true, tab);
      assert.equal(guest.isGuest, true);
      assert.notEqual(guest.self.user, first.self.user);
      assert.deepEqual((await find(true, tab)).self, guest.self);
    });
  }
});
