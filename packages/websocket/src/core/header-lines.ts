import { splitList } from "./header-tokens.ts";

/** Looks headers up by lower-case name, without losing repetitions. */
export class HeaderLines {
  readonly #values: Map<string, string[]> = new Map();

  /** Takes names and values in turn, as they came. */
  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] ?? "").toLowerCase();
      const value = (raw[i + 1] ?? "").trim();
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
  }

  /** How many lines have this name. */
  count(name: string): number {
    return this.#values.get(name)?.length ?? 0;
  }

  /** The first value, or an empty text. */
  only(name: string): string {
    return this.#values.get(name)?.[0] ?? "";
  }

  /** All values as one comma-separated list (RFC 9110 §5.3). */
  joined(name: string): string {
    return this.#values.get(name)?.join(", ") ?? "";
  }

  /** Whether the header is a list with this element, in any case; `token` is in lower case. */
  hasToken(name: string, token: string): boolean {
    return splitList(this.joined(name)).some((element) => element.toLowerCase() === token);
  }
}
