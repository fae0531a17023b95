import { isDeepStrictEqual } from "node:util";
import { isSection } from "./check.ts";
import type { Config } from "./config.ts";
import { SETTINGS } from "./settings.ts";

/** What a new configuration changed, by the dotted paths of its settings. */
export interface ConfigChange {
  /** In effect now. */
  readonly changed: readonly string[];
  /** Different from what the server runs with, and not in effect before it is started again. */
  readonly afterRestart: readonly string[];
}

/**
 * The configuration that is in effect while the server runs.
 *
 * Settings that are marked `live` change with `replace`; all others keep the value that the server was started with. Who needs a value at the
 * moment of its use reads `values` then; who has built something from it watches.
 */
export class LiveConfig {
  #values: Config;
  readonly #watchers: ((values: Config) => void)[] = [];

  constructor(values: Config) {
    this.#values = values;
  }

  get values(): Config {
    return this.#values;
  }

  /**
   * Calls back each time that a configuration was taken over, in the order of the calls to `watch`. The callback must not throw.
   *
   * Also when no setting has changed: what one names, such as the file of a key, may have.
   */
  watch(callback: (values: Config) => void): void {
    this.#watchers.push(callback);
  }

  /** Takes over what can change in a running server. */
  replace(wanted: Config): ConfigChange {
    const next = structuredClone(this.#values);
    const changed: string[] = [];
    const afterRestart: string[] = [];
    for (const { path, facts } of SETTINGS) {
      const keys = path.split(".");
      const value = valueAt(wanted, keys);
      if (isDeepStrictEqual(value, valueAt(next, keys))) continue;
      if (facts.live === true) {
        setAt(next, keys, value);
        changed.push(path);
      } else {
        afterRestart.push(path);
      }
    }
    this.#values = next;
    for (const watcher of this.#watchers) watcher(next);
    return { changed, afterRestart };
  }
}

function valueAt(section: unknown, [key = "", ...rest]: readonly string[]): unknown {
  const value = isSection(section) ? section[key] : undefined;
  return rest.length === 0 ? value : valueAt(value, rest);
}

function setAt(section: object, [key = "", ...rest]: readonly string[], value: unknown): void {
  const inner: unknown = Reflect.get(section, key);
  if (rest.length === 0) Reflect.set(section, key, value);
  else if (isSection(inner)) setAt(inner, rest, value);
}
