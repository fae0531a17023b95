import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { isJwk, readJwk, type TokenKey, TokenKeyError } from "./read-key.ts";
import { keysFor } from "./keys-for.ts";
import type { TokenAlgorithm } from "./token-algorithms.ts";

/** Where keys are published, and how often they are asked for. */
export interface RemoteKeysOptions {
  readonly url: string;
  readonly cacheMs: number;
  readonly cooldownMs: number;
  readonly timeoutMs: number;
}

/** What fetching works with. */
export interface RemoteKeysPorts {
  /** A clock that never jumps. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: typeof fetch;
}

/** After a failure the next try comes sooner: meanwhile nobody new may get in. */
const RETRY_MS = 5000;

/** A key set has a handful of keys, of some hundred bytes each. */
const MAX_BODY_BYTES = 1_048_576;
const MAX_KEYS = 100;

/**
 * The keys that an identity provider publishes (a JWK Set, RFC 7517 §5).
 *
 * They are fetched when they are first needed, again when they are old, and again when a token names a key that is not among them, but never
 * more often than the cooldown allows. What is known goes on counting while a fetch runs or fails. Secrets (`oct`) in the
 * set are ignored, and so is what is for other algorithms.
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  readonly #ports: RemoteKeysPorts;
  #keys: readonly TokenKey[] | null = null;
  #freshUntilMs = 0;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #fetching: Promise<boolean> | null = null;

  constructor(options: RemoteKeysOptions, ports: RemoteKeysPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Fetches the keys in advance, so that the first client need not wait. */
  warm(): void {
    void this.#fetch();
  }

  /**
   * The keys that may have signed such a token; empty when there surely is none.
   *
   * null: that cannot be told now, since the keys cannot be fetched or were fetched too recently; the same question may be answered later.
   */
  async find(algorithm: TokenAlgorithm, id: string | undefined): Promise<readonly TokenKey[] | null> {
    if (this.#keys !== null && this.#ports.clock.nowMs() >= this.#freshUntilMs) void this.#fetch();
    const known = keysFor(this.#keys ?? [], algorithm, id);
    if (known.length > 0) return known;
    const fetched = await this.#fetch();
    const found = keysFor(this.#keys ?? [], algorithm, id);
    return found.length > 0 || fetched ? found : null;
  }

  /** Resolves with whether the keys were fetched just now; at once and with false while the cooldown lasts. Never rejects. */
  #fetch(): Promise<boolean> {
    if (this.#fetching === null && this.#ports.clock.nowMs() < this.#quietUntilMs)
      return Promise.resolve(false);
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #load(): Promise<boolean> {
    const { clock, logger } = this.#ports;
    const { cacheMs, cooldownMs } = this.#options;
    try {
      const keys = readKeySet(await this.#download());
      this.#keys = keys;
      this.#freshUntilMs = clock.nowMs() + cacheMs;
      this.#quietUntilMs = clock.nowMs() + cooldownMs;
      logger.info({ event: "tokens.keys_fetched", count: keys.length }, "the keys of tokens were fetched");
      return true;
    } catch (err) {
      this.#quietUntilMs = clock.nowMs() + Math.min(cooldownMs, RETRY_MS);
      const known = this.#keys?.length ?? 0;
      logger.warn({ event: "tokens.keys_unavailable", err, known }, "the keys of tokens cannot be fetched");
      return false;
    }
  }

  async #download(): Promise<unknown> {
    const { url, timeoutMs } = this.#options;
    const response = await this.#ports.fetch(url, {
      headers: { accept: "application/json, application/jwk-set+json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`The answer has the status ${response.status}.`);
    }
    return JSON.parse(await boundedBody(response));
  }
}

async function boundedBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    const chunk: unknown = piece;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new Error(`The answer has more than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readKeySet(set: unknown): readonly TokenKey[] {
  const keys: unknown = isJwk(set) ? set["keys"] : undefined;
  if (!Array.isArray(keys)) throw new Error("The answer is no JWK Set: it has no list of keys.");
  const usable = keys.slice(0, MAX_KEYS).flatMap(readMember);
  if (usable.length === 0) throw new Error("The key set has no key for RS256, ES256 or EdDSA.");
  return usable;
}

/** A member that cannot be used is passed over, since providers publish keys for other purposes, too. */
function readMember(member: unknown): readonly TokenKey[] {
  if (!isJwk(member) || member.kty === "oct") return [];
  try {
    return [readJwk(member, "public", "a member of the key set")];
  } catch (error) {
    if (error instanceof TokenKeyError) return [];
    throw error;
  }
}
