import { after, before, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { serveScriptPage, type Site } from "./script-page.ts";
import { callApi, serverFor } from "../../sdk/support/start-server.ts";
import { FaultProxy } from "../../support/proxy/fault-proxy.ts";
import { type ServerProcess, startServerProcess } from "../../support/server-process.ts";
import { OwnChromium } from "./own-chromium.ts";
import { LOCK_OPTIONS } from "./patience.ts";
import { CHANNEL, Phone, type PhoneOptions } from "./phone.ts";
import { SteadySource } from "./steady-source.ts";

/** So many messages a phone has seen before a test begins. */
const FIRST = 5;

const RETRY_MS = 50;

/** A phone that is live, its network, and messages that flow. */
export interface World {
  readonly phone: Phone;
  readonly proxy: FaultProxy;
  readonly source: SteadySource;
  /** Calls the server's API; the path begins behind `/api`. */
  readonly call: (method: string, path: string, body: unknown) => Promise<unknown>;
}

type Call = World["call"];

/** What the tests of a suite share: a browser, and the site whose page the phones open. */
export class Lab {
  #chromium: OwnChromium | undefined;
  #site: Site | undefined;

  /** Opens the laboratory for the suite that it is called in. */
  static ofSuite(): Lab {
    const lab = new Lab();
    before(async () => {
      lab.#site = await serveScriptPage();
      lab.#chromium = await OwnChromium.start();
    });
    after(async () => {
      await lab.#chromium?.close();
      lab.#site?.close();
    });
    return lab;
  }

  /** A phone on a server of its own, which keeps its messages in memory. */
  async world(t: TestContext, options: PhoneOptions = {}): Promise<World> {
    const network = networkFor(t);
    const server = await serverFor(t);
    const call: Call = (method, path, body) => callApi(server, method, path, body);
    return this.#worldOf(t, await network(server.port), call, options);
  }

  /** A phone on a server that is a process of its own, keeps its messages on disk, and can be killed. */
  async worldOfProcess(t: TestContext): Promise<World & { readonly server: ServerProcess }> {
    const network = networkFor(t);
    const server = await startServerProcess();
    t.after(() => server.stop());
    const call: Call = (method, path, body) => server.call(method, `/api${path}`, body);
    return { server, ...(await this.#worldOf(t, await network(server.port), call, {})) };
  }

  async #worldOf(t: TestContext, proxy: FaultProxy, call: Call, options: PhoneOptions): Promise<World> {
    if (this.#chromium === undefined || this.#site === undefined) throw new Error("the suite has not begun");
    const place = { chromium: this.#chromium, siteUrl: this.#site.url, proxy };
    const phone = await Phone.start(t, place, { ...LOCK_OPTIONS, ...options });
    const source = new SteadySource((data) => publishSurely(call, data));
    t.after(() => source.stop());
    await source.more(FIRST);
    return { phone, proxy, source, call };
  }
}

/** Gives what starts a proxy, which is closed before the server: that waits until its connections have ended. */
function networkFor(t: TestContext): (port: number) => Promise<FaultProxy> {
  let proxy: FaultProxy | undefined;
  t.after(() => proxy?.close());
  return async (port) => {
    proxy = await FaultProxy.start(port);
    return proxy;
  };
}

/** Publishes a number, again and again with the same id until the server has acknowledged it. */
async function publishSurely(call: Call, data: number): Promise<void> {
  for (;;) {
    try {
      await call("POST", `/channels/${CHANNEL}/messages`, { data, id: String(data) });
      return;
    } catch {
      await wait(RETRY_MS);
    }
  }
}
