/**
 * What a program declares once: a payload type for each channel name or pattern.
 *
 * `*` is one segment, a last `**` any rest, as in the server's rules: `{ "chat.*": ChatMessage; "@*": Note }`. A
 * channel that nothing covers does not compile; `"**": unknown` lets every other one in.
 * The declaration is believed: payloads are not checked when they arrive.
 */
export type ChannelMap = object;

/** The declaration of a program that makes none: it covers every channel, with payloads that are unknown. */
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

/** The declarations that cover a channel: that of its very name, or else every pattern that matches. */
type CoveringPatterns<Map extends ChannelMap, Channel extends string> = Channel extends keyof Map
  ? Channel
  : MatchingPatterns<Map, Channel>;

/** The declarations of channels that a pattern brings. */
type WithinPattern<Map extends ChannelMap, Pattern extends string> = {
  [Name in keyof Map & string]: Matches<Pattern, Name> extends true ? Name : never;
}[keyof Map & string];

/** Patterns with `**` count only where no narrower one is left. */
type Narrowest<Pattern extends string> = [Exclude<Pattern, `${string}**`>] extends [never]
  ? Pattern
  : Exclude<Pattern, `${string}**`>;

/** The declarations that a channel's messages may have, or those of all channels that a pattern brings. */
type DeclarationsOf<Map extends ChannelMap, Channel extends string> = Channel extends `${string}*${string}`
  ? Narrowest<MatchingPatterns<Map, Channel>> | WithinPattern<Map, Channel>
  : Narrowest<CoveringPatterns<Map, Channel>>;

/**
 * The payload type of a channel, or of the channels of a pattern.
 *
 * A declaration of the very name wins, then patterns with `*` only, then those with `**`; where several of a kind
 * match, it is their union. What a pattern brings is the union of all that is declared within it and of what covers it. For a channel
 * that nothing declares it is `never`.
 */
export type PayloadOf<Map extends ChannelMap, Channel extends string> = Channel extends string
  ? Map[DeclarationsOf<Map, Channel> & keyof Map]
  : never;

/** Those names of a union that no declaration covers. */
type Uncovered<Map extends ChannelMap, Channel extends string> = Channel extends string
  ? [DeclarationsOf<Map, Channel>] extends [never]
    ? Channel
    : never
  : never;

/** In a compiler's message: the program's declaration does not cover this channel. Nothing has this type. */
export interface UndeclaredChannel<Channel extends string> {
  readonly undeclared: Channel;
}

/** A channel's name, where the declaration covers it; else a type that no string has, so that the call does not compile. */
export type Declared<Map extends ChannelMap, Channel extends string> = Channel &
  ([Uncovered<Map, Channel>] extends [never] ? unknown : UndeclaredChannel<Uncovered<Map, Channel>>);
