import type { Grants } from "../core/identity.ts";

/** A connection as the permission rules see it. */
export interface ClientActor {
  readonly kind: "client";
  /** null: anonymous. */
  readonly user: string | null;
  /** Whether the user id was proven; in open mode it is only claimed. */
  readonly authenticated: boolean;
  /** null: no token and no hook spoke for this connection. */
  readonly grants: Grants | null;
}

/** Who asks: the backend with its API key, or a connection. */
export type Actor = { readonly kind: "api" } | ClientActor;
