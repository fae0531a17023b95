import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { refuse } from "../core/refusal.ts";
import { pathOf } from "./refuse-reply.ts";

/** The addresses of a server and the methods that each one takes. */
class KnownRoutes {
  readonly #routes = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();

  add({ url, method }: Pick<RouteOptions, "url" | "method">): void {
    let route = this.#routes.get(url);
    if (route === undefined) {
      // Patterns are our own: segments of plain characters, `:name` for any segment, and a last `*` for any rest.
      const source = url.replaceAll(".", "\\.").replaceAll("*", ".*").replace(/:\w+/g, "[^/]+");
      route = { path: new RegExp(`^${source}$`), methods: new Set() };
      this.#routes.set(url, route);
    }
    for (const one of [method].flat()) route.methods.add(one);
  }

  /** The methods that this path takes; none when there is nothing. */
  methodsOf(path: string): readonly string[] {
    const found = [...this.#routes.values()].filter((route) => route.path.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }
}

/** How a request is answered that no route takes. */
export type AnswerNotFound = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Answers what no route takes: 405 and `Allow` for a method that the address does not take, else 404.
 *
 * To be called before the first route is added. `OPTIONS` is answered with what is allowed, and with nothing that would let
 * pages of other origins in.
 */
export function answerNotFound(app: FastifyInstance): AnswerNotFound {
  const routes = new KnownRoutes();
  app.addHook("onRoute", (route) => routes.add(route));
  return (request, reply) => {
    const path = pathOf(request.url);
    const methods = routes.methodsOf(path);
    if (methods.length === 0 || methods.includes(request.method)) {
      return reply.refuse(refuse("not_found", path.startsWith("/api/") ? NO_SUCH_CALL : undefined));
    }
    reply.header("allow", [...methods, "OPTIONS"].join(", "));
    return request.method === "OPTIONS" ? reply.code(204).send() : reply.refuse(refuse("method_not_allowed"));
  };
}

const NO_SUCH_CALL =
  "There is no such call. Names in a path are percent-encoded: a / within a channel name is written %2F.";
