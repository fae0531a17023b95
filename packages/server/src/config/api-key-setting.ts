import { patternProblem } from "@tidewire/protocol";
import Type, { type StaticDecode } from "typebox";
import { annotated, choice, section } from "./setting.ts";

/** What a key may be used for; `admin` includes the others. */
export const API_SCOPES = ["publish", "read", "kick", "admin"] as const;

/** The name of a scope in {@link API_SCOPES}. */
export type ApiScope = (typeof API_SCOPES)[number];

/** A key of the API, completely resolved. */
export interface ApiKeySetting {
  /** How logs and metrics call it; each key has its own. */
  readonly name: string;
  readonly key: string;
  readonly scopes: readonly ApiScope[];
  /** Patterns of the channels that it is for; null: all of them. */
  readonly channels: readonly string[] | null;
}

const KEY_FACTS = {
  description: "The key itself: 1 to 200 visible ASCII characters without spaces.",
  secret: true,
} as const;

const KEY = Type.Refine(
  Type.String(annotated(KEY_FACTS, "a key of visible ASCII characters without spaces")),
  isApiKey,
  () => "",
);

const NAME = Type.Refine(
  Type.String(
    annotated(
      { description: "How logs and metrics call the key." },
      "a name of up to 40 of A–Z a–z 0–9 . _ -",
    ),
  ),
  (name) => /^[A-Za-z0-9._-]{1,40}$/.test(name),
  () => "",
);

const PATTERN = Type.Refine(
  Type.String(
    annotated({ description: "A channel pattern." }, 'a channel pattern in quotes, such as "chat.**"'),
  ),
  (pattern) => patternProblem(pattern) === undefined,
  (pattern) => patternProblem(pattern) ?? "",
);

/** A key as a section of the file. */
export const API_KEY_SECTION = section({
  name: NAME,
  key: KEY,
  scopes: Type.Array(choice(API_SCOPES, { description: "A scope." }), {
    minItems: 1,
    ...annotated(
      { description: "What the key may be used for; `admin` includes the others." },
      "a list of publish, read, kick and admin",
    ),
  }),
  channels: Type.Optional(
    Type.Array(PATTERN, {
      minItems: 1,
      ...annotated(
        {
          description:
            'Patterns of the channels it is for, all of them unless given. A user counts as the inbox: `"@*"` is every user.',
        },
        "a list of channel patterns",
      ),
    }),
  ),
});

const ENTRY = Type.Union(
  [KEY, API_KEY_SECTION],
  annotated(
    { description: "A key.", secret: true },
    "a key of visible ASCII characters without spaces, or a section with name, key, scopes and channels",
  ),
);

/** The list of keys as the file holds it: texts, which may do everything, and sections. */
export const API_KEYS = Type.Array(ENTRY, {
  default: [],
  ...annotated(
    {
      default: [],
      description:
        "Keys of the HTTP and raw-TCP API. A bare key may be used for everything. With none, one is made at the first start and kept in the data folder.",
      env: "TIDEWIRE_API_KEY",
      secret: true,
      live: true,
    },
    "a list, each entry a key, or a section with name, key, scopes and channels",
  ),
});

/** Takes the keys of the file over. A bare one is called after its place, counted from 1: `key-1`. */
export function toApiKeys(entries: StaticDecode<typeof API_KEYS>): readonly ApiKeySetting[] {
  return entries.map((entry, index) =>
    typeof entry === "string"
      ? { name: `key-${index + 1}`, key: entry, scopes: ["admin"], channels: null }
      : { ...entry, channels: entry.channels ?? null },
  );
}

/** What fits into a header: RFC 6750 §2.1 allows less, yet keys from elsewhere hold all of these. */
function isApiKey(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}
