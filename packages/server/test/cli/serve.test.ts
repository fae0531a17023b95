import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describe as describeFailure, serve } from "../../src/cli/serve.ts";
import type { Signals } from "../../src/cli/signals.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { ConfigError } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { RunningServer } from "../../src/server.ts";

class RecordingTerminal implements Terminal {
  readonly printed: string[] = [];
  readonly complaints: string[] = [];
  readonly isInteractive = true;
  readonly hasColours = false;
  progress(): void {}

  print(line: string): void {
    this.printed.push(line);
  }

  complain(line: string): void {
    this.complaints.push(line);
  }
}

/** Signals that come when the test says so; without `stopped`, at once. */
function signals(stopped: Promise<unknown> = Promise.resolve()): Signals {
  return { stopped, onReload() {} };
}

function runningServer(
  stop: () => Promise<void>,
  reload: RunningServer["reload"] = () => null,
): RunningServer {
  return {
    reload,
    host: "127.0.0.1",
    redirectPort: null,
    port: 8080,
    url: "http://127.0.0.1:8080",
    apiKey: { key: "tw_key", file: "data/api-key" },
    stop,
  };
}

describe("serve", () => {
  it("prints the notice once the server runs, stops it when told to, and ends with 0", async () => {
    const terminal = new RecordingTerminal();
    let stopped = false;
    const server = runningServer(async () => void (stopped = true));
    let tellToStop = (): void => {};
    const signal = new Promise<void>((resolve) => {
      tellToStop = resolve;
    });
    const start = async (): Promise<RunningServer> => {
      assert.deepEqual(terminal.printed, [], "nothing is promised before the server runs");
      setImmediate(() => {
        assert.equal(terminal.printed[0], "listening on http://127.0.0.1:8080");
        assert.equal(stopped, false);
        tellToStop();
      });
      return server;
    };
    assert.equal(await serve(() => resolveConfig({}), start, signals(signal), terminal), 0);
    assert.equal(stopped, true);
    assert.deepEqual(terminal.complaints, []);
  });

  it("has the server load its configuration again at each order to do so", async () => {
    const loads: string[] = [];
    const load = () => {
      loads.push("load");
      return resolveConfig({});
    };
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const onReload = (callback: () => void): void => {
      setImmediate(() => {
        callback();
        callback();
        stop();
      });
    };
    const server = runningServer(
      async () => {},
      (loading) => {
        loading();
        return null;
      },
    );
    const terminal = new RecordingTerminal();
    assert.equal(await serve(load, async () => server, { stopped, onReload }, terminal), 0);
    assert.equal(loads.length, 3);
  });

  it("tells warnings of the configuration to standard error", async () => {
    const terminal = new RecordingTerminal();
    const config = resolveConfig({ env: { TIDEWIRE_PROT: "1" } });
    await serve(
      () => config,
      async () => runningServer(async () => {}),
      signals(),
      terminal,
    );
    assert.match(terminal.complaints.join(), /^tidewire: TIDEWIRE_PROT is not a variable/);
  });

  it("ends with 1 and the reason when the configuration or the server is not right", async () => {
    const failing = new RecordingTerminal();
    const noConfig = (): never => {
      throw new ConfigError("listen.port is wrong.");
    };
    const notReached = async (): Promise<never> => assert.fail("nothing is started");
    assert.equal(await serve(noConfig, notReached, signals(), failing), 1);
    assert.deepEqual(failing.complaints, ["tidewire: listen.port is wrong."]);

    const terminal = new RecordingTerminal();
    const start = async (): Promise<never> => Promise.reject(new TypeError("a bug"));
    assert.equal(await serve(() => resolveConfig({}), start, signals(), terminal), 1);
    assert.match(terminal.complaints.join(), /TypeError: a bug\n +at /, "a bug shows where it is");
    assert.deepEqual(terminal.printed, []);
  });

  it("ends with 1 when the server cannot stop in order", async () => {
    const terminal = new RecordingTerminal();
    const server = runningServer(() => Promise.reject(new Error("disk gone")));
    assert.equal(
      await serve(
        () => resolveConfig({}),
        async () => server,
        signals(),
        terminal,
      ),
      1,
    );
    assert.match(terminal.complaints.join(), /disk gone/);
  });
});

describe("a failure", () => {
  it("is one sentence when it is one that a person can mend", () => {
    assert.equal(describeFailure(new ConfigError("Do this.")), "tidewire: Do this.");
    assert.equal(describeFailure("odd"), "tidewire: odd");
  });
});
