import { EventStreamParser } from "./event-stream-parser.ts";
import { HttpSocket, type Joining } from "./http-socket.ts";

/** A socket that hears the server by server-sent events. Read by `fetch`, which has a status, headers, and is in Node. */
export class EventStreamSocket extends HttpSocket {
  protected override async listen({ query, headers, rest }: Joining): Promise<void> {
    this.subscribe(rest);
    const response = await this.request("events", query, { headers });
    if (!response.ok || response.body === null) return this.refuse(response);
    // Comments are the server's heartbeat: no frames, but signs of life.
    const parser = new EventStreamParser((data) => this.receive(data));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) parser.push(read.value);
    return this.fail();
  }

  /** A stream cannot be asked whether it is alive. Its heartbeat has not come, or there is doubt: another one is made. */
  protected override ping(): void {
    this.fail();
  }
}
