const DEFAULT_PATH = "/connect";

/**
 * Gives the address of the server's WebSocket.
 *
 * `http` and `https` become `ws` and `wss`; an address without a path gets `/connect`; a relative or empty one belongs
 * to the page's own server. Throws a TypeError when there is nothing to resolve it against.
 */
export function connectUrl(url: string | URL, baseUrl: string | undefined): string {
  // A relative address counts from the server's root: pages lie in folders, the server does not.
  const absolute = new URL(url, baseUrl && new URL("/", baseUrl));
  absolute.protocol = absolute.protocol.replace(/^http/, "ws");
  absolute.hash = "";
  if (absolute.pathname === "/") absolute.pathname = DEFAULT_PATH;
  return absolute.href;
}
