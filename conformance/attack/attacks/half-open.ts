import { connect, type Socket } from "node:net";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Attack } from "../attack.ts";

/** What a person would call down. */
const LONGEST_ENTRY_MS = 10_000;

/** Fewer than the system keeps waiting for the server to accept them (`listen.backlog`, 511). */
const WAVE = 200;

/** Very many connections that say nothing. */
export const halfOpen: Attack = {
  name: "10 000 half-open connections",
  target: "defaults",
  tried: "10 000 connections (short run: 1000) that say nothing, while honest clients arrive",
  defence:
    "honest clients get in meanwhile; every silent connection is closed in time, and those beyond the limit at once",
  async run(arena) {
    const count = arena.amount(1000, 10_500);
    const silent: Socket[] = [];
    let closed = 0;
    let mostOpen = 0;
    let allClosed: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      allClosed = resolve;
    });
    arena.after(() => {
      for (const socket of silent) socket.destroy();
    });
    for (let i = 0; i < count; i += 1) {
      const socket = connect(arena.port, "127.0.0.1");
      silent.push(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        closed += 1;
        if (closed === count) allClosed();
      });
      socket.resume();
      // What the system has not handed over yet must not be more than it keeps waiting, or it never reaches the server.
      if (i % WAVE === 0) await fetch(`${arena.server.url}/health`);
    }
    let slowestMs = 0;
    for (let i = 0; i < 10; i += 1) {
      const beganMs = performance.now();
      const client = await NativeClient.open(arena, arena, "channels=attack.memory.entry");
      await client.next("subscribed");
      slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      mostOpen = Math.max(mostOpen, silent.filter((socket) => socket.readyState === "open").length);
      client.socket.terminate();
    }
    arena.expect(slowestMs < LONGEST_ENTRY_MS, `an honest client needed ${slowestMs} ms to get in`);
    const timeOut = setTimeout(() => {
      arena.breach(`${count - closed} silent connections are still open`);
      for (const socket of silent) socket.destroy();
    }, 60_000);
    await ended;
    clearTimeout(timeOut);
    return `${mostOpen} were open at once; the slowest of 10 honest clients was in after ${Math.round(slowestMs)} ms; all ${count} were closed`;
  },
};
