/** A part of a trace, which lasts until it is ended. */
export interface TraceStep {
  end(): void;
}

/** What happens to a message on its way, as traces call it. */
export type TraceStepName = "store commit" | "hub turn" | "last write";

/** The port to whoever traces one call that publishes, to the last write to a subscriber. */
export interface PublishTrace {
  /** Begins a step within another one, or, with null, within the call itself. */
  begin(name: TraceStepName, within: TraceStep | null): TraceStep;
}
