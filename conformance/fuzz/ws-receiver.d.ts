import type { Writable } from "node:stream";

/** What `ws` exports and its type declarations leave out. */
declare module "ws" {
  export class Receiver extends Writable {
    constructor(options: {
      readonly isServer: boolean;
      readonly maxPayload: number;
      readonly allowSynchronousEvents: boolean;
    });
  }
}
