import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Tidewire, TidewireOptions } from "@tidewire/client";
import type { CDPSession, Page } from "playwright-core";
import type { FaultProxy } from "../../support/proxy/fault-proxy.ts";
import type { OwnChromium } from "./own-chromium.ts";

declare global {
  interface Window {
    /** What the SDK's script defines. */
    Tidewire: typeof Tidewire;
    /** The page's client, and the states it was in. */
    client: Tidewire;
    states: string[];
  }
}

/** The channel that phones listen to. */
export const CHANNEL = "news";

/** Settings of the client that can be carried into a page. */
export type PhoneOptions = Omit<TidewireOptions, "info" | "getToken" | "webSocket">;

const UNLIMITED = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/** Where a phone lives: its browser, the address of the page, and the network between it and the server. */
export interface PhonePlace {
  readonly chromium: OwnChromium;
  readonly siteUrl: string;
  readonly proxy: FaultProxy;
}

/** A phone with one page, whose client listens to a channel and writes down every message it sees, reloads included. */
export class Phone {
  readonly #place: PhonePlace;
  readonly #options: PhoneOptions;
  readonly page: Page;
  readonly #cdp: CDPSession;
  /** What is in front while the phone is locked. */
  readonly #cover: Page;

  private constructor(place: PhonePlace, options: PhoneOptions, page: Page, cdp: CDPSession, cover: Page) {
    this.#place = place;
    this.#options = options;
    this.page = page;
    this.#cdp = cdp;
    this.#cover = cover;
  }

  /** Opens the page and waits until its client is live. */
  static async start(t: TestContext, place: PhonePlace, options: PhoneOptions = {}): Promise<Phone> {
    const { context } = place.chromium;
    const [cover, page] = [await context.newPage(), await context.newPage()];
    t.after(() => Promise.all([cover.close(), page.close()]));
    const phone = new Phone(place, options, page, await context.newCDPSession(page), cover);
    await page.goto(place.siteUrl);
    await phone.#run();
    return phone;
  }

  /** Hides the page, as a lock screen does: it is told, and from then on its timers are slow. */
  async lock(): Promise<void> {
    await this.#cover.bringToFront();
    await this.page.waitForFunction(() => document.visibilityState === "hidden", null, { polling: 20 });
  }

  /** Shows the page again. */
  async unlock(): Promise<void> {
    await this.page.bringToFront();
    await this.page.waitForFunction(() => document.visibilityState === "visible");
  }

  /** Stops the page altogether: nothing of it runs until it is thawed. */
  async freeze(): Promise<void> {
    await this.#cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  }

  async thaw(): Promise<void> {
    await this.#cdp.send("Page.setWebLifecycleState", { state: "active" });
  }

  async loseNetwork(): Promise<void> {
    await this.#cdp.send("Network.enable");
    await this.#cdp.send("Network.emulateNetworkConditions", { offline: true, ...UNLIMITED });
  }

  async findNetwork(): Promise<void> {
    await this.#cdp.send("Network.emulateNetworkConditions", { offline: false, ...UNLIMITED });
  }

  /**
   * Waits until the browser has written down all that the SDK gave it.
   *
   * Transactions on a store are carried out in the order they were made, so this one comes after all others.
   */
  async hasWrittenDown(): Promise<void> {
    await this.page.evaluate(async () => {
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("tidewire");
        opening.addEventListener("error", () => reject(new Error("no database")));
        opening.addEventListener("success", () => {
          const database = opening.result;
          const transaction = database.transaction(database.objectStoreNames, "readwrite");
          transaction.addEventListener("complete", () => {
            database.close();
            resolve();
          });
        });
      });
    });
  }

  /** Loads the page again, and does something before its client starts. */
  async reload(before: () => Promise<void> = async () => {}): Promise<void> {
    await this.page.reload();
    await before();
    await this.#run();
  }

  /** Ends the page as the system does that needs its memory: without a word to it. */
  async kill(): Promise<void> {
    const crashed = this.page.waitForEvent("crash");
    this.#cdp.send("Page.crash").catch(() => undefined);
    await crashed;
  }

  /** Opens another page in place of one that was killed. */
  async reopen(t: TestContext): Promise<Phone> {
    return Phone.start(t, this.#place, this.#options);
  }

  /** What the client's state is called now. */
  async status(): Promise<string> {
    return this.page.evaluate(() => window.client.state.status);
  }

  /** Waits for a state of the client, and gives it. */
  async until(status: string): Promise<unknown> {
    await this.page.waitForFunction((wanted) => window.client.state.status === wanted, status);
    return this.page.evaluate(() => window.client.state);
  }

  /** The states the client was in since the page was loaded. */
  async states(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.states);
  }

  /** Waits for as many messages as were published, then asserts that they are all there, in order, once. */
  async hasSeen(published: number): Promise<void> {
    await this.page.waitForFunction(
      ([diary, wanted]) => (localStorage.getItem(diary) ?? "").split(" ").length > wanted,
      [this.#diary, published] as const,
      // Not at each frame: a hidden page has none.
      { polling: 50 },
    );
    const seen = await this.page.evaluate((diary) => localStorage.getItem(diary), this.#diary);
    assert.equal(seen, numbersUpTo(published));
  }

  /** Where the page writes down what it sees; another one for each phone. */
  get #diary(): string {
    return `seen ${this.#place.proxy.url}`;
  }

  async #run(): Promise<void> {
    await this.page.evaluate(
      ({ url, options, channel, diary }) => {
        window.states = [];
        window.client = new window.Tidewire(url, options);
        window.client.on("state", ({ status }) => window.states.push(status));
        window.client.subscribe(channel, { since: "earliest" }).on("message", ({ data }) => {
          localStorage.setItem(diary, `${localStorage.getItem(diary) ?? ""}${String(data)} `);
        });
      },
      {
        url: this.#place.proxy.url,
        options: { user: "ann", backoff: { minMs: 50, maxMs: 500 }, ...this.#options },
        channel: CHANNEL,
        diary: this.#diary,
      },
    );
    await this.until("live");
  }
}

/** As a diary has them: each followed by a space. */
function numbersUpTo(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1} `).join("");
}
