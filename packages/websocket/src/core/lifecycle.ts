/** Where a connection stands. `closing`: this side has closed or aborted and waits for the outcome. */
export type Phase = "open" | "closing" | "closed";

/**
 * What can move it.
 *
 * `failure`: the peer broke a rule, or this side cannot go on. `peerEnd`: the peer will send nothing more
 * (TCP FIN), though it may still read. `abort`: this side wants to be rid of it. `transportEnd`: the transport
 * is gone.
 */
export type LifecycleEvent = "localClose" | "peerClose" | "failure" | "peerEnd" | "abort" | "transportEnd";

/** What the owner of the connection has to do, in this order. */
export interface Transition {
  readonly phase: Phase;
  /** The close frame to send: none, one with this side's code, or the peer's code sent back. */
  readonly send: "nothing" | "own" | "echo";
  /**
   * - `keep`: leave the transport alone;
   * - `await`: go on reading until the peer's close frame or a time-out;
   * - `shut`: end the sending side after what is queued, ignore what still comes, and destroy the
   *   transport after a time-out (a server ends it first: RFC 6455 §7.1.1);
   * - `drop`: destroy it, if it is not gone already.
   */
  readonly transport: "keep" | "await" | "shut" | "drop";
  /** Whether the application learns now that the connection is closed. */
  readonly report: boolean;
}

const UNCHANGED: Transition = { phase: "closed", send: "nothing", transport: "keep", report: false };

/**
 * The life of a connection as a table (RFC 6455 §7.1).
 *
 * Exactly one transition on every path has `report`. The code to report is that of the first close frame,
 * sent or received; 1006 if there was none.
 */
export const LIFECYCLE: Readonly<Record<Phase, Readonly<Record<LifecycleEvent, Transition>>>> = {
  open: {
    localClose: { phase: "closing", send: "own", transport: "await", report: false },
    peerClose: { phase: "closed", send: "echo", transport: "shut", report: true },
    failure: { phase: "closed", send: "own", transport: "shut", report: true },
    peerEnd: { phase: "closed", send: "nothing", transport: "shut", report: true },
    abort: { phase: "closing", send: "nothing", transport: "drop", report: false },
    transportEnd: { phase: "closed", send: "nothing", transport: "drop", report: true },
  },
  closing: {
    localClose: { phase: "closing", send: "nothing", transport: "keep", report: false },
    peerClose: { phase: "closed", send: "nothing", transport: "shut", report: true },
    failure: { phase: "closed", send: "nothing", transport: "shut", report: true },
    peerEnd: { phase: "closed", send: "nothing", transport: "shut", report: true },
    abort: { phase: "closing", send: "nothing", transport: "drop", report: false },
    transportEnd: { phase: "closed", send: "nothing", transport: "drop", report: true },
  },
  closed: {
    localClose: UNCHANGED,
    peerClose: UNCHANGED,
    failure: UNCHANGED,
    peerEnd: UNCHANGED,
    abort: { phase: "closed", send: "nothing", transport: "drop", report: false },
    transportEnd: { phase: "closed", send: "nothing", transport: "drop", report: false },
  },
};
