import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";

/** Just below the longest `data`. */
const MESSAGE_CHARACTERS = 60_000;
const MESSAGE = { data: "x".repeat(MESSAGE_CHARACTERS) };

/** A server in a process of its own, so that its memory can be told from that of hundreds of clients. */
export class SlowServer {
  readonly #process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.#process = process;
  }

  /** Starts it; the end of the test ends it. */
  static async start(t: TestContext, sessions: Readonly<Record<string, string>>): Promise<SlowServer> {
    const settings = { sessions, channels: [{ match: "flood.**", history: { bytes: "1GB" } }] };
    const server = await startServerProcess({ settings, logLevel: "error" });
    t.after(async () => {
      await server.kill();
      await server.stop();
    });
    return new SlowServer(server);
  }

  get port(): number {
    return this.#process.port;
  }

  /** What it has complained about so far. */
  get errors(): readonly string[] {
    return this.#process.log;
  }

  async subscribers(channel: string): Promise<number> {
    const found = await this.#process.call("GET", `/api/channels/${channel}`);
    const fields = typeof found === "object" && found !== null ? Object.entries(found) : [];
    return Number(fields.find(([name]) => name === "subscribers")?.[1]);
  }

  /** Publishes this many large messages, a few at a time. */
  async flood(channel: string, count: number): Promise<void> {
    for (let done = 0; done < count; done += 4) {
      const some = Array.from({ length: Math.min(4, count - done) }, () =>
        this.#process.call("POST", `/api/channels/${channel}/messages`, MESSAGE),
      );
      await Promise.all(some);
    }
  }

  memoryBytes(): Promise<number> {
    return this.#process.memoryBytes();
  }
}

/**
 * How many messages are certainly more than the system's own buffers hold for one connection.
 *
 * A loopback connection that nobody reads was seen to swallow 3.9 MB, which is close to the largest send buffer of Linux (4 MB).
 */
export function messagesToStall(): number {
  return Math.ceil((1.5 * largestSendBuffer()) / MESSAGE_CHARACTERS);
}

export function bytesOf(messages: number): number {
  return messages * MESSAGE_CHARACTERS;
}

function largestSendBuffer(): number {
  try {
    const [, , largest = ""] = readFileSync("/proc/sys/net/ipv4/tcp_wmem", "latin1").trim().split(/\s+/);
    return Number(largest) + 128 * 1024;
  } catch {
    return 6 * 1024 * 1024;
  }
}
