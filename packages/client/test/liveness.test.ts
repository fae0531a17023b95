import assert from "node:assert/strict";
import { test } from "node:test";
import { volatileMessage } from "./support/pushes.ts";
import { startClient, startConnected } from "./support/start-client.ts";

test("a quiet connection is pinged after the server's interval, and a pong keeps it", (t) => {
  const { host, client } = startConnected(t);
  host.advance(24_999);
  assert.equal(host.socket.sentOf("ping").length, 0);
  host.advance(1);
  assert.equal(host.socket.sentOf("ping").length, 1);
  host.socket.receive({ type: "pong" });
  host.advance(25_000);
  assert.equal(host.socket.sentOf("ping").length, 2, "one interval after the pong");
  assert.deepEqual([host.sockets.length, client.state.status], [1, "live"]);
});

test("a connection that answers nothing is dead, whatever its socket says, and replaced at once", (t) => {
  const { host, client } = startConnected(t);
  host.advance(25_000);
  host.advance(10_000);
  const [dead] = host.sockets;
  assert.notEqual(dead?.closedWith, undefined);
  assert.equal(host.sockets.length, 2, "the silence was wait enough");
  host.welcome("c2");
  assert.equal(client.state.status, "live");
});

test("traffic in one direction does not hide a dead connection", (t) => {
  const { host, client } = startConnected(t);
  for (let i = 0; i < 36; i++) {
    void client.publish("news", i);
    host.advance(1000);
  }
  assert.equal(host.sockets.length, 2, "publishes without an answer are no sign of life");
});

test("a busy connection is not pinged", (t) => {
  const { host } = startConnected(t);
  for (let i = 0; i < 100; i++) {
    host.advance(1000);
    host.socket.receive(volatileMessage("news", "x"));
  }
  assert.equal(host.socket.sentOf("ping").length, 0);
});

test("an old ping does not kill a connection that has spoken since", (t) => {
  const { host } = startConnected(t);
  host.advance(25_000);
  host.advance(9000);
  host.socket.receive(volatileMessage("news", "late but there"));
  host.advance(20_000);
  assert.equal(host.sockets.length, 1);
});

test("switching tabs quickly changes nothing", (t) => {
  const { host } = startConnected(t);
  for (let i = 0; i < 20; i++) {
    host.setVisibility("hidden");
    host.advance(500);
    host.setVisibility("visible");
    host.advance(500);
  }
  assert.deepEqual([host.sockets.length, host.socket.sent.length], [1, 1]);
});

test("after more than ten seconds hidden the socket is probed, and kept if it answers", (t) => {
  const { host, client } = startConnected(t);
  host.setVisibility("hidden");
  host.advance(10_001);
  host.setVisibility("visible");
  assert.equal(host.socket.sentOf("ping").length, 1);
  host.socket.receive({ type: "pong" });
  host.advance(3000);
  assert.deepEqual([host.sockets.length, client.state.status], [1, "live"]);
});

test("a locked phone: the socket died without a word, and is replaced three seconds after unlocking", (t) => {
  const { host, client } = startConnected(t);
  host.setVisibility("hidden");
  host.sleep(3_600_000);
  host.setVisibility("visible");
  host.advance(3000);
  assert.equal(host.sockets.length, 2);
  assert.equal(host.keptSockets, 1, "never two sockets");
  host.welcome("c2");
  assert.equal(client.state.status, "live");
});

test("a page that was frozen probes its socket when it resumes, seen or not", (t) => {
  const { host } = startConnected(t);
  host.setVisibility("hidden");
  host.document.dispatchEvent(new Event("freeze"));
  host.sleep(60_000);
  host.document.dispatchEvent(new Event("resume"));
  assert.equal(host.socket.sentOf("ping").length, 1);
  host.advance(3000);
  assert.equal(host.sockets.length, 2);
});

test("a page that comes back from the cache without any other sign probes too", (t) => {
  const { host } = startConnected(t);
  host.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  assert.equal(host.socket.sentOf("ping").length, 1);
});

test("a try that began before the phone slept is made again when it wakes", (t) => {
  const { host } = startClient(t);
  host.setVisibility("hidden");
  host.sleep(60_000);
  host.setVisibility("visible");
  assert.deepEqual([host.sockets.length, host.keptSockets], [2, 1]);
});

test("a timer that comes late after sleep does not kill a healthy socket", (t) => {
  const { host } = startConnected(t);
  host.advance(25_000);
  host.sleep(600_000);
  host.advance(0);
  assert.equal(host.socket.sentOf("ping").length, 2, "the verdict is put off: it asks again");
  host.socket.receive({ type: "pong" });
  host.advance(3000);
  assert.equal(host.sockets.length, 1);
});

test("coming online, waking and pageshow try at once instead of waiting", (t) => {
  const { host } = startConnected(t);
  const failFiveTimes = (): void => {
    for (let i = 0; i < 5; i++) {
      host.socket.end(1006);
      while (host.socket.closedWith !== undefined) host.advance(100);
    }
    host.advance(2000);
    host.socket.end(1006);
  };
  failFiveTimes();
  let { length } = host.sockets;
  host.window.dispatchEvent(new Event("online"));
  assert.equal(host.sockets.length, ++length, "online");
  failFiveTimes();
  length = host.sockets.length;
  host.setVisibility("hidden");
  host.setVisibility("visible");
  assert.equal(host.sockets.length, ++length, "seen again");
});

test("a network that flaps makes no storm of tries", (t) => {
  const { host } = startConnected(t);
  host.socket.end(1006);
  const { length } = host.sockets;
  for (let ms = 0; ms < 5000; ms += 10) {
    host.window.dispatchEvent(new Event(ms % 20 === 0 ? "online" : "offline"));
    if (host.socket.closedWith === undefined) host.socket.end(1006);
    host.advance(10);
  }
  assert.ok(host.sockets.length - length <= 10, `${host.sockets.length - length} tries in five seconds`);
});

test("offline is believed only when the server does not answer either", (t) => {
  const { host, client } = startConnected(t);
  host.window.dispatchEvent(new Event("offline"));
  host.socket.receive({ type: "pong" });
  host.advance(3000);
  assert.deepEqual([host.sockets.length, client.state.status], [1, "live"]);
  host.window.dispatchEvent(new Event("offline"));
  host.advance(3000);
  assert.equal(host.sockets.length, 2);
});

test("pagehide closes the socket without ending the session, and pageshow takes the session over", (t) => {
  const { host, client } = startConnected(t);
  host.window.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(host.socket.closedWith, { code: undefined }, "1000 would end the session");
  assert.deepEqual(
    [client.state, host.timers],
    [{ status: "suspended" }, 0],
    "nothing keeps the page out of the cache",
  );
  host.sleep(60_000);
  host.window.dispatchEvent(new Event("pageshow"));
  assert.equal(host.welcome("c2").session, "secret-c1");
});

test("the first pageshow, right after loading, changes nothing", (t) => {
  const { host } = startClient(t);
  host.window.dispatchEvent(new Event("pageshow"));
  host.welcome();
  host.window.dispatchEvent(new Event("pageshow"));
  assert.deepEqual([host.sockets.length, host.socket.sent.length], [1, 1]);
});

test("however the page is treated, there are never two sockets", (t) => {
  const { host } = startClient(t);
  const events = ["online", "pagehide", "pageshow", "offline", "online", "pageshow", "pagehide", "pageshow"];
  for (let i = 0; i < 400; i++) {
    host.window.dispatchEvent(new Event(events[i % events.length] ?? ""));
    host.setVisibility(i % 3 === 0 ? "hidden" : "visible");
    if (i % 5 === 0 && host.socket.closedWith === undefined && host.socket.sent.length === 0) host.welcome();
    if (i % 7 === 0 && host.socket.closedWith === undefined) host.socket.end(1006);
    host.advance((i * 137) % 4000);
    assert.ok(host.keptSockets <= 1, `${host.keptSockets} sockets after event ${i}`);
  }
});
