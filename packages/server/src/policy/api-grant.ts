import { compilePattern } from "@tidewire/protocol";
import type { ApiKeySetting, ApiScope } from "../config/api-key-setting.ts";
import type { ApiCaller } from "../core/api-caller.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** A pattern that leaves nothing out. */
const EVERY_CHANNEL = "**";

/** What a key may be used for. Its refusals say what this key lacks, and nothing about others. */
export class ApiGrant implements ApiCaller {
  readonly name: string;
  readonly #scopes: ReadonlySet<ApiScope>;
  /** null: every channel. */
  readonly #patterns: readonly ((channel: string) => boolean)[] | null;

  /** Throws a RangeError when one of the channels is not a pattern. */
  constructor({ name, scopes, channels }: Omit<ApiKeySetting, "key">) {
    this.name = name;
    this.#scopes = new Set(scopes);
    this.#patterns =
      channels === null || channels.includes(EVERY_CHANNEL) ? null : channels.map(compilePattern);
  }

  scopeRefusal(scope: ApiScope): Refusal | null {
    if (this.#scopes.has(scope) || this.#scopes.has("admin")) return null;
    return refuse("permission_denied", `This needs an API key with the scope ${scope}.`);
  }

  channelRefusal(channel: string): Refusal | null {
    if (this.#patterns === null || this.#patterns.some((matches) => matches(channel))) return null;
    return refuse("permission_denied", `This API key is not for the channel ${channel}.`);
  }

  limitRefusal(): Refusal | null {
    if (this.#patterns === null) return null;
    return refuse(
      "permission_denied",
      "This needs an API key for every channel; this one is limited to some.",
    );
  }
}
