/**
 * What a program declares once: a payload type for each channel name or pattern.
 *
 * `*` is one segment, a last `**` any rest, as in the server's rules: `{ "chat.*": ChatMessage; "@*": Note }`.
 * The declaration is believed: payloads are not checked when they arrive.
 */
export type ChannelMap = object;

/** The declaration of a program that makes none: every payload is unknown. */
export interface AnyChannels {
  "**": unknown;
}

type Separator = "." | ":" | "/";

/** The names that a pattern without `**` matches, save that a `*` may still hold separators. */
type Template<Pattern extends string> = Pattern extends `${infer Before}*${infer After}`
  ? `${Before}${string}${Template<After>}`
  : Pattern;

/** The names in which some `*` of the pattern would have to hold a separator, which it must not. */
type TooLong<Pattern extends string> = Pattern extends `${infer Before}*${infer After}`
  ? `${Before}${string}${Separator}${string}${Template<After>}` | `${Before}${string}${TooLong<After>}`
  : never;

type MatchesClosed<Pattern extends string, Channel extends string> =
  Channel extends TooLong<Pattern> ? false : Channel extends Template<Pattern> ? true : false;

type MatchesOpen<
  Head extends string,
  Channel extends string,
> = Channel extends `${Template<Head>}${Separator}${string}` ? true : MatchesClosed<Head, Channel>;

/**
 * Whether the type of a channel name matches a pattern.
 *
 * A hole of a template literal counts as one segment: `chat.${string}` matches `chat.*`. A `*` in front of a `**` may
 * take several segments here, where the server's takes one.
 */
export type Matches<Pattern extends string, Channel extends string> = Pattern extends "**"
  ? true
  : Pattern extends `${infer Head}.**` | `${infer Head}:**` | `${infer Head}/**`
    ? MatchesOpen<Head, Channel>
    : MatchesClosed<Pattern, Channel>;

type MatchingPatterns<Map extends ChannelMap, Channel extends string> = {
  [Pattern in keyof Map & string]: Matches<Pattern, Channel> extends true ? Pattern : never;
}[keyof Map & string];

type Payloads<Map extends ChannelMap, Open extends keyof Map, Closed extends keyof Map> = [Closed] extends [
  never,
]
  ? [Open] extends [never]
    ? unknown
    : Map[Open]
  : Map[Closed];

type PayloadOfMatching<Map extends ChannelMap, Pattern extends keyof Map> = Payloads<
  Map,
  Extract<Pattern, `${string}**`>,
  Exclude<Pattern, `${string}**`>
>;

/**
 * The payload type of a channel.
 *
 * A declaration of the very name wins, then patterns with `*` only, then those with `**`; where several of a kind
 * match, it is their union. A channel that nothing declares has unknown payloads.
 */
export type PayloadOf<Map extends ChannelMap, Channel extends string> = Channel extends keyof Map
  ? Map[Channel]
  : PayloadOfMatching<Map, MatchingPatterns<Map, Channel>>;
