import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { freePort } from "../chaos/free-port.ts";
import { Random } from "../chaos/random.ts";
import { ServerProcess, SOURCE_CLI } from "../chaos/server-process.ts";

const API_KEY = "a-key-for-slow-clients";
/** Just below the longest `data`. */
const MESSAGE_CHARACTERS = 60_000;
const DATA_JSON = JSON.stringify({ data: "x".repeat(MESSAGE_CHARACTERS) });

/** A server in a process of its own, so that its memory can be told from that of hundreds of clients. */
export class SlowServer {
  readonly port: number;
  readonly #process: ServerProcess;

  private constructor(port: number, process: ServerProcess) {
    this.port = port;
    this.#process = process;
  }

  /** Starts it; the end of the test ends it. */
  static async start(t: TestContext, sessions: Readonly<Record<string, string>>): Promise<SlowServer> {
    const folder = await mkdtemp(join(tmpdir(), "tidewire-slow-"));
    const configFile = join(folder, "tidewire.json");
    const channels = [{ match: "flood.**", history: { bytes: "1GB" } }];
    await writeFile(configFile, JSON.stringify({ sessions, channels }));
    const port = await freePort(new Random(process.pid));
    const settings = { program: SOURCE_CLI, port, folder: join(folder, "data"), configFile, apiKey: API_KEY };
    const server = new ServerProcess(settings);
    t.after(async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    });
    if (!(await server.listening)) throw new Error(`the server does not start: ${server.errors.join("\n")}`);
    return new SlowServer(port, server);
  }

  /** What it has complained about so far. */
  get errors(): readonly string[] {
    return this.#process.errors;
  }

  async subscribers(channel: string): Promise<number> {
    const found = await this.#api("GET", `/api/channels/${channel}`);
    return Number(Object.entries(found).find(([name]) => name === "subscribers")?.[1]);
  }

  /** Publishes this many large messages, a few at a time. */
  async flood(channel: string, count: number): Promise<void> {
    for (let done = 0; done < count; done += 4) {
      const some = Array.from({ length: Math.min(4, count - done) }, () =>
        this.#api("POST", `/api/channels/${channel}/messages`, DATA_JSON),
      );
      await Promise.all(some);
    }
  }

  /** Memory of the process that no file backs; where the system does not tell, all of it. */
  async memoryBytes(): Promise<number> {
    if (process.platform === "linux") {
      const status = readFileSync(`/proc/${this.#process.pid}/status`, "latin1");
      return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
    }
    const response = await fetch(`http://127.0.0.1:${this.port}/metrics`);
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(await response.text())?.[1]);
  }

  async #api(method: string, path: string, body?: string): Promise<object> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body }),
    });
    const answer: unknown = await response.json();
    if (!response.ok || typeof answer !== "object" || answer === null)
      throw new Error(JSON.stringify(answer));
    return answer;
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
