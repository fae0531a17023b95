/**
 * How the server knows its clients.
 *
 * `open`: it does not, and believes what they say. `authenticated`: tokens or a connect hook say who somebody is.
 */
export type AccessMode = "open" | "authenticated";
