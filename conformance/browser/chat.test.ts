import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Locator, Page } from "playwright-core";
import { CHROMIUM, openBrowser, type TestBrowser } from "../../packages/web/test/support/browser.ts";
import { findPhp } from "../../test/support/programs.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";

const php = findPhp();
const run = promisify(execFile);
const LOBBY = "demo.chat.lobby";

/** A visitor with a profile of their own, so two of them are two people. */
class Visitor {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async enter(browser: TestBrowser, url: string): Promise<Visitor> {
    return new Visitor(await browser.open(`${url}/demo/chat`, { viewport: { width: 1440, height: 900 } }));
  }

  async name(): Promise<string> {
    return (await this.page.getByTestId("own-name").first().innerText()).trim();
  }

  async say(text: string): Promise<void> {
    const field = this.page.locator("form.composer textarea");
    await field.fill(text);
    await field.press("Enter");
  }

  /** The message that holds this text; resolves once it is there. */
  async reads(text: string): Promise<Locator> {
    const message = this.page.getByTestId("message").filter({ hasText: text });
    await message.first().waitFor();
    assert.equal(await message.count(), 1, `"${text}" stands exactly once in the chat`);
    return message.first();
  }
}

describe("the chat demo in two browsers", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let ada: Visitor;
  let bob: Visitor;

  before(async () => {
    server = await startServerProcess();
    browser = await openBrowser();
    [ada, bob] = await Promise.all([Visitor.enter(browser, server.url), Visitor.enter(browser, server.url)]);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function bothRead(text: string, author: "backend" | null = null): Promise<void> {
    for (const visitor of [ada, bob]) {
      const message = await visitor.reads(text);
      if (author !== null) assert.equal(await message.getAttribute("data-author"), author);
    }
  }

  it("shows both people to each other", async () => {
    for (const visitor of [ada, bob]) await visitor.page.getByText("2 online").first().waitFor();
  });

  it("carries what one says to the other, and shows it once to both", async () => {
    await ada.say("hello from Ada");
    await bothRead("hello from Ada");
    await bob.say("hello Ada, this is Bob");
    await bothRead("hello Ada, this is Bob");
  });

  it("shows what a backend pushes over HTTP", async () => {
    const answer = await fetch(`${server.url}/api/channels/${LOBBY}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ data: { text: "pushed over HTTP" } }),
    });
    assert.equal(answer.status, 201);
    const result: unknown = await answer.json();
    assert.ok(typeof result === "object" && result !== null && "subscribers" in result);
    assert.equal(result.subscribers, 2, "the answer says how many are subscribed");
    await bothRead("pushed over HTTP", "backend");
  });

  it("shows what a backend pushes over a plain socket", async () => {
    const socket = connect(server.port, "127.0.0.1");
    const line = { from: "api", key: server.apiKey, channel: LOBBY, data: { text: "pushed over a socket" } };
    socket.end(`${JSON.stringify(line)}\n`);
    const [answer]: unknown[] = await once(socket, "data");
    assert.match(String(answer), /^\{"ok":true,"channel":"demo\.chat\.lobby"/);
    await bothRead("pushed over a socket", "backend");
  });

  for (const script of ["push_socket.php", "push_http.php"]) {
    it(`shows what ${script} pushes`, { skip: php.skip }, async () => {
      const path = fileURLToPath(new URL(`../../examples/php/${script}`, import.meta.url));
      const text = `pushed by ${script}`;
      const env = { ...process.env, TIDEWIRE_API_KEY: server.apiKey, TIDEWIRE_URL: server.url };
      await run(php.path, [path, LOBBY, text], { env: { ...env, TIDEWIRE_PORT: String(server.port) } });
      await bothRead(text, "backend");
    });
  }

  it("gives a forged message of a page no rights of the backend", async () => {
    const forged = { type: "publish", channel: "orders", from: "api", key: "x", data: { text: "forged" } };
    const answer = await ada.page.evaluate(async (text) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/connect?channels=orders`);
      return new Promise<string>((resolve) => {
        socket.onmessage = (event: MessageEvent<string>) => {
          if (event.data.includes('"subscribed"')) socket.send(text);
          if (event.data.includes('"message"')) resolve(event.data);
        };
      });
    }, JSON.stringify(forged));
    assert.doesNotMatch(
      answer,
      /"api":true/,
      "the message is marked as the connection's own, not the backend's",
    );
    assert.match(answer, /"from":\{"connection":/);
  });

  it("never takes another's text for HTML", async () => {
    await bob.say("<img src=x onerror=\"document.title='owned'\"><b>bold</b>");
    const message = await ada.reads("<img src=x onerror=");
    assert.equal(await message.locator("img, b").count(), 0);
    assert.notEqual(await ada.page.title(), "owned");
  });

  it("shows an addressed message to the two only", async () => {
    const carol = await Visitor.enter(browser, server.url);
    const bobsName = await bob.name();
    await ada.page.getByText("3 online").first().waitFor();
    await ada.page
      .getByRole("button", { name: new RegExp(bobsName) })
      .first()
      .click();
    await ada.say("only for you");
    await bob.reads("only for you");
    await ada.reads("only for you");
    await bob.say("seen by everybody");
    await carol.reads("seen by everybody");
    assert.equal(await carol.page.getByTestId("message").filter({ hasText: "only for you" }).count(), 0);
    await carol.page.context().close();
  });

  it("shows the history to somebody who enters later", async () => {
    const dora = await Visitor.enter(browser, server.url);
    await dora.reads("hello from Ada");
    await dora.reads("pushed over HTTP");
    await dora.page.context().close();
  });

  it("counts unread messages in the title while the page is in the background", async () => {
    await bob.page
      .getByRole("button", { name: /random/ })
      .first()
      .click();
    await ada.say("are you still there?");
    await bob.page.waitForFunction(() => /\(\d+\)/.test(document.title));
    await bob.page.getByRole("button", { name: /lobby/ }).first().click();
    await bob.reads("are you still there?");
  });

  it("tells a kicked person why, and keeps the page away", async () => {
    const eve = await Visitor.enter(browser, server.url);
    const users = await onlineUsers(server, await eve.name());
    const answer = await fetch(`${server.url}/api/users/${users}/disconnect`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ reason: "signed in on another device" }),
    });
    assert.equal(answer.status, 200);
    await eve.page.getByText("signed in on another device").first().waitFor();
    await eve.page.context().close();
  });

  it("says what happened when the server is gone, and catches up when it is back", async () => {
    await server.kill();
    for (const visitor of [ada, bob])
      await visitor.page
        .getByText(/Offline|Connecting/)
        .first()
        .waitFor();
    await ada.say("written while the server was away");
    await server.restart();
    await bothRead("written while the server was away");
    await bothRead("hello from Ada");
  });

  it("left no complaint in the pages but those about the server that was away", () => {
    const unexpected = browser
      .complaints()
      .filter((complaint) => !/WebSocket connection|ERR_CONNECTION_REFUSED/.test(complaint));
    assert.deepEqual(unexpected, []);
  });
});

/** The user id of the person with this name in the lobby. */
async function onlineUsers(server: ServerProcess, name: string): Promise<string> {
  const answer = await fetch(`${server.url}/api/channels/${LOBBY}/presence`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  const text = await answer.text();
  const members: unknown = JSON.parse(text);
  assert.ok(typeof members === "object" && members !== null && "members" in members);
  assert.ok(Array.isArray(members.members));
  for (const member of members.members) {
    if (JSON.stringify(member).includes(JSON.stringify(name)) && "user" in member) return String(member.user);
  }
  throw new Error(`nobody in the lobby is called ${name}: ${text}`);
}
