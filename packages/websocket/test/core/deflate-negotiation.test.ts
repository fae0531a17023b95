import assert from "node:assert/strict";
import { test } from "node:test";
import { type DeflatePolicy, negotiateDeflate } from "../../src/core/deflate-negotiation.ts";
import { parseExtensions } from "../../src/core/header-tokens.ts";

const ALONE: DeflatePolicy = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const TAKEOVER: DeflatePolicy = { ...ALONE, serverNoContextTakeover: false, clientNoContextTakeover: false };

function answer(offers: string, policy: DeflatePolicy = ALONE): string | undefined {
  return negotiateDeflate(parseExtensions(offers) ?? [], policy)?.header;
}

const BOTH = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

for (const [title, offers, policy, expected] of [
  ["a plain offer gets both no_context_takeover by default", "permessage-deflate", ALONE, BOTH],
  [
    "a plain offer is answered plainly with context takeover",
    "permessage-deflate",
    TAKEOVER,
    "permessage-deflate",
  ],
  [
    "the client may demand that the server forgets",
    "permessage-deflate; server_no_context_takeover",
    TAKEOVER,
    "permessage-deflate; server_no_context_takeover",
  ],
  [
    "the client may bind itself",
    "permessage-deflate; client_no_context_takeover",
    TAKEOVER,
    "permessage-deflate; client_no_context_takeover",
  ],
  [
    "the server's window is the smaller of both",
    "permessage-deflate; server_max_window_bits=12",
    { ...TAKEOVER, serverMaxWindowBits: 10 },
    "permessage-deflate; server_max_window_bits=10",
  ],
  [
    "a demand for 15 bits is confirmed",
    "permessage-deflate; server_max_window_bits=15",
    TAKEOVER,
    "permessage-deflate; server_max_window_bits=15",
  ],
  [
    "a demand for 8 bits is granted, to be met without compressing",
    "permessage-deflate; server_max_window_bits=8",
    TAKEOVER,
    "permessage-deflate; server_max_window_bits=8",
  ],
  [
    "a client that leaves its window to the server is told one",
    "permessage-deflate; client_max_window_bits",
    { ...TAKEOVER, clientMaxWindowBits: 11 },
    "permessage-deflate; client_max_window_bits=11",
  ],
  [
    "a client's own limit is not raised",
    "permessage-deflate; client_max_window_bits=10",
    { ...TAKEOVER, clientMaxWindowBits: 12 },
    "permessage-deflate; client_max_window_bits=10",
  ],
  [
    "a client that does not mention its window is not told one",
    "permessage-deflate",
    { ...TAKEOVER, clientMaxWindowBits: 11 },
    "permessage-deflate",
  ],
  ["the first offer that is understood wins", "permessage-deflate; x=1, permessage-deflate", ALONE, BOTH],
  ["other extensions are passed over", "x-webkit-deflate-frame, permessage-deflate", ALONE, BOTH],
  [
    "a value in quotes counts",
    'permessage-deflate; server_max_window_bits="9"',
    TAKEOVER,
    "permessage-deflate; server_max_window_bits=9",
  ],
] as const) {
  test(title, () => assert.equal(answer(offers, policy), expected));
}

for (const parameters of [
  "unknown",
  "server_no_context_takeover=1",
  "client_no_context_takeover=true",
  "server_max_window_bits",
  "server_max_window_bits=7",
  "server_max_window_bits=16",
  "server_max_window_bits=09",
  "server_max_window_bits=1e1",
  "client_max_window_bits=7",
  "client_max_window_bits=+9",
  "server_no_context_takeover; server_no_context_takeover",
  "server_max_window_bits=9; server_max_window_bits=9",
]) {
  test(`an offer is declined for its parameters: ${parameters}`, () => {
    assert.equal(answer(`permessage-deflate; ${parameters}`), undefined);
  });
}
