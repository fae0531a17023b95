import { TidewireError } from "./error.ts";
import type { Settings } from "./options.ts";

/** The token of one client: kept while it is good, fetched when it is not. */
export class TokenSource {
  readonly #getToken: Settings["getToken"];
  readonly #report: (error: TidewireError) => void;
  #token: string | undefined;

  /** `report` is told when the program's `getToken` fails. */
  constructor({ token, getToken }: Settings, report: (error: TidewireError) => void) {
    this.#token = token;
    this.#getToken = getToken;
    this.#report = report;
  }

  /** The token to sign in with; undefined when there is none. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether one has to wait for `renew` before connecting. */
  get isMissing(): boolean {
    return this.#token === undefined && this.canRenew;
  }

  get canRenew(): boolean {
    return this.#getToken !== undefined;
  }

  /** The token has expired. */
  forget(): void {
    this.#token = undefined;
  }

  /** Asks the program for a new token. A failure is reported and gives undefined. Never rejects. */
  async renew(): Promise<string | undefined> {
    try {
      // Never called within the client's constructor: nobody could have listened to its failure yet.
      this.#token = await Promise.resolve().then(this.#getToken);
      return this.#token;
    } catch (cause) {
      this.#report(new TidewireError("token_failed", "getToken failed.", { retryable: true, cause }));
      return undefined;
    }
  }
}
