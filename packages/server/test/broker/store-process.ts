import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Durability } from "../../src/config/channel-options.ts";

/** What the process answers when it has opened the store, or could not. */
export interface Opened {
  readonly opened: boolean;
  /** The name and message of the error. */
  readonly error?: string;
}

/** One round of publishes: what each of them was answered with. */
export interface Acknowledged {
  readonly channel: string;
  readonly id: string;
  readonly epoch: string;
  readonly offset: number;
}

/** How the process looks from within. */
export interface Condition {
  readonly available: boolean;
  readonly reason: string;
  readonly heads: Readonly<Record<string, number>>;
  readonly readable: number;
}

export type Request =
  | { readonly do: "publish"; readonly durable: Durability; readonly count: number; readonly bytes: number }
  | { readonly do: "flood"; readonly durable: Durability }
  | { readonly do: "look" }
  | { readonly do: "close" };

/** A store in a process of its own, which can be killed. */
export class StoreProcess {
  readonly #child;
  readonly #inbox: unknown[] = [];
  readonly #exited: Promise<unknown>;

  constructor(path: string) {
    const program = fileURLToPath(new URL("store-process-main.ts", import.meta.url));
    this.#child = spawn(
      process.execPath,
      [
        ...process.execArgv.filter(keepsForChild),
        "--conditions=tidewire-source",
        "--import",
        "tsx",
        program,
        path,
      ],
      {
        // What LMDB says about its failures would look like failures of the test.
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      },
    );
    this.#exited = once(this.#child, "exit");
    this.#child.on("message", (message) => this.#inbox.push(message));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get received(): readonly unknown[] {
    return this.#inbox;
  }

  /** The next message of the process; rejects when it ends instead. */
  async next(): Promise<unknown> {
    while (this.#inbox.length === 0) {
      const ended = this.#exited.then(() => Promise.reject(new Error("the store's process ended")));
      await Promise.race([once(this.#child, "message"), ended]);
    }
    return this.#inbox.shift();
  }

  async ask(request: Request): Promise<unknown> {
    this.tell(request);
    return this.next();
  }

  tell(request: Request): void {
    this.#child.send(request);
  }

  /** As `kill -9` does it. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}

/** Flags of the test runner would make the child a test run. */
function keepsForChild(flag: string): boolean {
  return flag.startsWith("--max-old-space-size");
}
