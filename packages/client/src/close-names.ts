/**
 * The close codes that ask to come back, by name: those of the protocol's table that a client's state tells.
 *
 * The table itself would bring six names along that nobody here asks for; a test holds the two against each other.
 */
export const CLOSE_FOR_NOW: Readonly<Record<string, number>> & {
  readonly shutdown: number;
  readonly tokenExpired: number;
} = {
  shutdown: 4000,
  stalled: 4001,
  connectTimeout: 4002,
  unavailable: 4003,
  flood: 4008,
  tokenExpired: 4101,
};

/** What keeps out a client that was sent away. */
export const CLOSE_FORBIDDEN = 4403;
