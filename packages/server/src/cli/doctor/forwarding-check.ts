import Type from "typebox";
import { ServerApi } from "../remote/server-api.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const CHECK = "client addresses";

const CALLER = Type.Object({
  address: Type.String(),
  peer: Type.String(),
  forwarded: Type.Boolean(),
});

/** Whether the server knows its clients' own addresses, which its limits count by. */
export async function forwardingFinding(url: string, key: string | undefined): Promise<Finding> {
  if (key === undefined) {
    return warn(CHECK, "They can be seen only with the API key.", "tidewire doctor --api-key KEY …");
  }
  try {
    const { address, peer, forwarded } = await new ServerApi(url, key).call("GET", "/api/caller", CALLER);
    if (!forwarded)
      return ok(CHECK, `the server sees this machine as ${address}, through no proxy that says so`);
    if (address !== peer)
      return ok(CHECK, `the proxy ${peer} is trusted, and says ${address} of this machine`);
    const message = `The proxy ${peer} says whom it speaks for, and is not trusted: all of its clients count as one.`;
    return fail(CHECK, message, `trustedProxies: [${peer}]`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return warn(CHECK, message, "tidewire doctor --api-key KEY …");
  }
}
