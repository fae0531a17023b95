import type { Control, Verdict, VerdictChange } from "../../core/control.ts";

/** Verdicts that live as long as the process. */
export class MemoryControl implements Control {
  readonly #verdicts = new Map<string, Verdict>();

  load(): Promise<readonly Verdict[]> {
    return Promise.resolve([...this.#verdicts.values()]);
  }

  write(changes: readonly VerdictChange[]): Promise<boolean> {
    for (const { kind, subject, verdict } of changes) {
      const key = `${kind} ${subject}`;
      if (verdict === null) this.#verdicts.delete(key);
      else this.#verdicts.set(key, verdict);
    }
    return Promise.resolve(true);
  }
}
