import { shellQuoted } from "../look/shell-quoted.ts";
import { Store } from "../look/store.ts";

/** What an operator can do to the account. */
export type Order = "kick" | "ban" | "lift";

/** How long a ban lasts, as the API writes it; empty is until it is lifted. */
export const DURATIONS = ["1m", "10m", "24h", ""] as const;

/** How long a ban lasts. */
type Duration = (typeof DURATIONS)[number];

/** What came of the last order. */
export type Outcome =
  | { readonly kind: "kicked"; readonly sessions: number }
  | { readonly kind: "banned"; readonly sessions: number; readonly untilMs: number | null }
  | { readonly kind: "lifted"; readonly held: boolean }
  | { readonly kind: "refused"; readonly message: string };

/** What the operator has filled in. */
export interface OperatorView {
  /** A secret: kept in the memory of this page and nowhere else. */
  readonly key: string;
  readonly reason: string;
  readonly duration: Duration;
  readonly busy: boolean;
  readonly outcome: Outcome | undefined;
}

/** One call of the API. */
interface Call {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
}

/** The operator of the demo: calls the API with the key that the person gives. */
export class Operator {
  readonly view: Store<OperatorView>;
  readonly #origin: string;
  readonly #user: string;

  constructor(origin: string, user: string, reason: string) {
    this.#origin = origin;
    this.#user = user;
    this.view = new Store<OperatorView>({
      key: "",
      reason,
      duration: "1m",
      busy: false,
      outcome: undefined,
    });
  }

  change(part: Partial<OperatorView>): void {
    this.view.set({ ...this.view.value, ...part });
  }

  /** The same order as a command for a shell, with the key in a variable. */
  curlLine(order: Order): string {
    const { method, path, body } = this.#callOf(order);
    const data = body === undefined ? "" : ` --json ${shellQuoted(JSON.stringify(body))}`;
    return `curl -X ${method} ${this.#origin}${path} -H "Authorization: Bearer $TIDEWIRE_API_KEY"${data}`;
  }

  /** Carries an order out, and shows what came of it. */
  async give(order: Order): Promise<void> {
    this.change({ busy: true });
    const outcome = await this.#ask(order);
    this.change({ busy: false, outcome });
  }

  async #ask(order: Order): Promise<Outcome> {
    const { method, path, body } = this.#callOf(order);
    try {
      const response = await fetch(this.#origin + path, {
        method,
        headers: {
          authorization: `Bearer ${this.view.value.key.trim()}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return readOutcome(order, await response.json());
    } catch (error) {
      return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
    }
  }

  #callOf(order: Order): Call {
    const { reason, duration } = this.view.value;
    const user = `/api/users/${encodeURIComponent(this.#user)}`;
    const why: { reason?: string } = reason.trim() === "" ? {} : { reason: reason.trim() };
    if (order === "kick") return { method: "POST", path: `${user}/disconnect`, body: { ...why } };
    if (order === "lift") return { method: "DELETE", path: `${user}/ban` };
    return {
      method: "PUT",
      path: `${user}/ban`,
      body: { ...(duration === "" ? {} : { for: duration }), ...why },
    };
  }
}

/** Reads an answer of the API. */
export function readOutcome(order: Order, answer: unknown): Outcome {
  const fields: Readonly<Record<string, unknown>> = isRecord(answer) ? answer : {};
  const { connections, until, lifted, error } = fields;
  if (order === "lift" && typeof lifted === "boolean") return { kind: "lifted", held: lifted };
  if (order !== "lift" && typeof connections === "number") {
    if (order === "kick") return { kind: "kicked", sessions: connections };
    return { kind: "banned", sessions: connections, untilMs: typeof until === "number" ? until : null };
  }
  const message = isRecord(error) ? error["message"] : undefined;
  return { kind: "refused", message: typeof message === "string" ? message : "" };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
