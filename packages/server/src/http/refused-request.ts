import type { Refusal } from "../core/refusal.ts";

/** A refusal on its way through a place that only passes errors on, such as a body parser. */
export class RefusedRequest extends Error {
  override readonly name = "RefusedRequest";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
