import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A program of the benchmark in a process of its own, asked by messages. */
export class Child {
  readonly #process: ChildProcess;
  #nextId = 1;
  /** Both ends are ours, so an answer is what the caller expects: `never` fits every expectation. */
  readonly #waiting: Map<number, (answer: never) => void> = new Map();

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on("message", (message: { id: number; answer: never }) => {
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    });
  }

  /** Starts `program`, a path below bench/, and waits until it is ready. */
  static async start(program: string, args: readonly string[] = []): Promise<Child> {
    const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
    const execArgv = [...process.execArgv.filter((flag) => flag !== "--expose-gc"), "--expose-gc"];
    const child = fork(path, args, { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const started = new Child(child);
    await once(child, "message");
    return started;
  }

  /** Asks for something and waits for the answer. */
  ask<Answer>(question: string, detail?: unknown): Promise<Answer> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.send({ id, question, detail });
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const killer = setTimeout(() => this.#process.kill("SIGKILL"), 8000);
    await exited;
    clearTimeout(killer);
  }
}

interface Question {
  readonly id: number;
  readonly question: string;
  readonly detail: never;
}

/** Answers the questions of the parent; says that it is ready when called. */
export function answerParent(answers: Record<string, (detail: never) => unknown>): void {
  const answer = async ({ id, question, detail }: Question): Promise<void> => {
    process.send?.({ id, answer: await answers[question]?.(detail) });
  };
  process.on("message", (question: Question) => void answer(question));
  process.send?.({ id: 0, answer: "ready" });
}

/** What every server of a benchmark can be asked. */
export const serverAnswers = {
  /** Microseconds of CPU, user and system, that this process has used. */
  cpuMicros: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Resident set in bytes, after a collection. */
  rssBytes: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage.rss();
  },
  rssWithoutCollection: () => process.memoryUsage.rss(),
  /** Resident memory that no file backs, as it is; where the system does not tell, all of it. */
  ownBytes: () => {
    if (process.platform !== "linux") return process.memoryUsage.rss();
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) * 1024;
  },
};
