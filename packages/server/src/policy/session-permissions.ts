import type { AccessMode } from "../config/access-mode.ts";
import type { Permissions, Permission } from "../core/permissions.ts";
import { refuse } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { ClientActor } from "./actor.ts";
import { type Denial, mayPublish, maySubscribe, maySubscribePattern } from "./permissions.ts";

/** What sessions may do, by their identity and the rules. */
export function sessionPermissions(mode: AccessMode): Permissions {
  return {
    maySubscribe: (session, channel, options) =>
      permissionOf(maySubscribe(actorOf(session), channel, options, mode)),
    maySubscribePattern: (session, pattern, options) => {
      const denial = maySubscribePattern(actorOf(session), pattern, options, mode);
      return denial === null ? null : refuse(denial, options.patterns ? undefined : NOT_BY_PATTERN);
    },
    mayPublish: (session, channel, options) =>
      permissionOf(mayPublish(actorOf(session), channel, options, mode)),
  };
}

const NOT_BY_PATTERN =
  "No rule allows this pattern. One whose match covers it must say patterns: true; or subscribe to channels by name.";

function actorOf({ identity }: Session): ClientActor {
  const { user, authenticated, grants } = identity;
  return { kind: "client", user, authenticated, grants };
}

function permissionOf(denial: Denial): Permission {
  return denial === "permission_denied" ? refuse(denial) : denial;
}
