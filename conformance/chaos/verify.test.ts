import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Keeping } from "./channels.ts";
import type { Acknowledged, Evidence, Heard, Stored } from "./evidence.ts";
import type { ProblemKind, Tally } from "./findings.ts";
import { verify } from "./verify.ts";

/** What the tests change before they show it to the verifier. */
interface Draft {
  history: Stored[];
  head: { epoch: string; offset: number };
  acknowledged: Acknowledged[];
  heard: Heard[];
  confirmed: number;
  found: number | null;
  serverErrors: string[];
  refusals: string[];
  complaints: string[];
}

const COUNT = 6;

/** A run in which all went well: the subscriber was away between the third and the fourth message. */
function goodDraft(): Draft {
  const history = Array.from({ length: COUNT }, (_, index) => stored(index + 1));
  return {
    history,
    head: { epoch: "e", offset: COUNT },
    acknowledged: history.map(({ epoch, offset, id }) => ({
      channel: "c",
      id,
      epoch,
      offset,
      duplicate: false,
    })),
    heard: [
      { kind: "subscribed", asked: "earliest", epoch: "e", offset: 0, recovered: true },
      message(1),
      message(2),
      message(3),
      { kind: "subscribed", asked: { epoch: "e", offset: 3 }, epoch: "e", offset: 5, recovered: true },
      message(4),
      message(5),
      { kind: "position", epoch: "e", offset: 5 },
      message(6),
    ],
    confirmed: 4,
    found: 5,
    serverErrors: [],
    refusals: [],
    complaints: [],
  };
}

function stored(offset: number, epoch = "e"): Stored {
  return { epoch, offset, id: `m${offset}`, intact: true };
}

function message(offset: number, epoch = "e"): Heard {
  return { kind: "message", epoch, offset, id: `m${offset}`, intact: true };
}

function gap(from: number | null, to: number | null, epoch = "e"): Heard {
  return { kind: "gap", epoch, from, to, reason: "limit" };
}

function judge(draft: Draft, keeping: Keeping): ReturnType<typeof verify> {
  const ids = Array.from({ length: COUNT }, (_, index) => ({ channel: "c", id: `m${index + 1}` }));
  const evidence: Evidence = {
    channels: [{ name: "c", keeping, history: draft.history, head: draft.head }],
    publishers: [
      {
        name: "p",
        keepsOrder: true,
        sent: ids,
        acknowledged: draft.acknowledged,
        refusals: draft.refusals,
      },
    ],
    subscribers: [
      { name: "s", heard: new Map([["c", draft.heard]]), connections: 2, complaints: draft.complaints },
    ],
    cursors: [{ user: "u", channel: "c", confirmed: draft.confirmed, found: draft.found }],
    serverErrors: draft.serverErrors,
  };
  return verify(evidence);
}

/** Changes a good run in one place and says what the verifier has to find, and count. */
function finds(
  kind: ProblemKind,
  sentence: string,
  change: (draft: Draft) => void,
  counted?: keyof Tally,
  keeping: Keeping = "disk",
): void {
  test(`${sentence} is found as ${kind}`, () => {
    const draft = goodDraft();
    change(draft);
    const { problems, tallies } = judge(draft, keeping);
    assert.ok(
      problems.some((problem) => problem.kind === kind),
      `found instead: ${JSON.stringify(problems)}`,
    );
    if (counted !== undefined) assert.ok((tallies.get(keeping)?.[counted] ?? 0) > 0, `${counted} is counted`);
  });
}

test("a run in which all went well has no problem, and is counted", () => {
  for (const keeping of ["disk", "process", "trimmed", "memory"] as const) {
    const { problems, tallies } = judge(goodDraft(), keeping);
    assert.deepEqual(problems, [], keeping);
    const tally = tallies.get(keeping);
    assert.deepEqual([tally?.sent, tally?.acknowledged, tally?.stored, tally?.delivered], [6, 6, 6, 6]);
  }
});

describe("what was acknowledged", () => {
  finds(
    "lost",
    "an acknowledged message that is not stored",
    (draft) => {
      draft.history.pop();
      draft.heard.pop();
      draft.head = { epoch: "e", offset: 5 };
    },
    "lost",
  );
  finds("lost", "a hole in the history", (draft) => draft.history.splice(2, 1), "lost");
  finds("lost", "a history that ends before the head", (draft) => draft.history.pop(), "lost");
  finds(
    "lost",
    "an acknowledged message whose place another one has",
    (draft) => {
      draft.history[2] = { ...stored(3), id: "m4" };
    },
    "lost",
  );
  finds(
    "duplicated",
    "a message that is stored twice",
    (draft) => {
      draft.history[4] = { ...stored(5), id: "m2" };
    },
    "duplicated",
  );
  finds(
    "duplicated",
    "a repeat that was answered with another position",
    (draft) => draft.acknowledged.push({ channel: "c", id: "m2", epoch: "e", offset: 4, duplicate: true }),
    "duplicated",
  );
  finds(
    "duplicated",
    "a repeat that was answered as if it were the first",
    (draft) => draft.acknowledged.push({ channel: "c", id: "m2", epoch: "e", offset: 2, duplicate: false }),
    "duplicated",
  );
  finds(
    "reordered",
    "a publisher's message that overtook an earlier one",
    (draft) => {
      draft.history[1] = { ...stored(2), id: "m3" };
      draft.history[2] = { ...stored(3), id: "m2" };
    },
    "reordered",
  );
  finds("foreign", "a stored message that nobody sent", (draft) => {
    draft.history[1] = { ...stored(2), id: "x" };
  });
  finds("foreign", "a stored message with other content", (draft) => {
    draft.history[1] = { ...stored(2), intact: false };
  });
  finds(
    "epoch",
    "a new epoch of a stream on disk",
    (draft) => {
      draft.history[5] = stored(6, "f");
    },
    "newEpochs",
  );
  finds("lost", "a reading cursor that went back", (draft) => {
    draft.found = 3;
  });
  finds("lost", "a reading cursor that is gone", (draft) => {
    draft.found = null;
  });
});

describe("what a subscriber heard", () => {
  finds("lost", "a skipped message", (draft) => draft.heard.splice(2, 1), "lost");
  finds("lost", "a message that is missing after a return", (draft) => draft.heard.splice(5, 1), "lost");
  finds("lost", "a missing end", (draft) => draft.heard.pop(), "lost");
  finds(
    "lost",
    "a position that passes a message",
    (draft) => draft.heard.splice(-1, 1, { kind: "position", epoch: "e", offset: 6 }),
    "lost",
  );
  finds("lost", "a head that went back over a restart", (draft) => {
    draft.heard[4] = {
      kind: "subscribed",
      asked: { epoch: "e", offset: 3 },
      epoch: "e",
      offset: 2,
      recovered: true,
    };
  });
  finds(
    "lost",
    "a message that was delivered before it was kept",
    (draft) => {
      draft.history.pop();
      draft.acknowledged.pop();
      draft.head = { epoch: "e", offset: 5 };
    },
    "lost",
  );
  finds(
    "duplicated",
    "a message that comes again at once",
    (draft) => draft.heard.splice(2, 0, message(1)),
    "duplicated",
  );
  finds(
    "duplicated",
    "a message that comes again after a return",
    (draft) => draft.heard.splice(5, 0, message(3)),
    "duplicated",
  );
  finds(
    "reordered",
    "two messages that changed places",
    (draft) => draft.heard.splice(1, 2, message(2), message(1)),
    "reordered",
  );
  finds(
    "reordered",
    "a position that goes back",
    (draft) => draft.heard.push({ kind: "position", epoch: "e", offset: 4 }),
    "reordered",
  );
  finds("foreign", "another message than is stored there", (draft) => {
    draft.heard[2] = { ...message(2), kind: "message", id: "m9", offset: 2, intact: true };
  });
  finds("foreign", "a message with other content", (draft) => {
    draft.heard[2] = { kind: "message", epoch: "e", offset: 2, id: "m2", intact: false };
  });
  finds(
    "gap",
    "a gap in a channel that keeps everything",
    (draft) => draft.heard.splice(5, 1, gap(4, 4)),
    "gaps",
  );
  finds("gap", "a return that the server does not call recovered", (draft) => {
    draft.heard[4] = {
      kind: "subscribed",
      asked: { epoch: "e", offset: 3 },
      epoch: "e",
      offset: 5,
      recovered: false,
    };
  });
  finds("error", "a frame that means nothing", (draft) => draft.complaints.push("?"));
});

describe("where messages may be gone", () => {
  test("a gap that names exactly what is gone is no problem", () => {
    const draft = goodDraft();
    draft.history.splice(0, 4);
    draft.heard.splice(5, 1, gap(4, 4));
    const { problems, tallies } = judge(draft, "trimmed");
    assert.deepEqual(problems, []);
    assert.equal(tallies.get("trimmed")?.gaps, 1);
  });

  test("a stream in memory may begin again when it says so", () => {
    const draft = goodDraft();
    draft.history = [stored(1, "f"), { ...stored(2, "f"), id: "m6" }];
    draft.head = { epoch: "f", offset: 2 };
    draft.acknowledged.push({ channel: "c", id: "m6", epoch: "f", offset: 2, duplicate: false });
    draft.heard = [
      ...draft.heard.slice(0, 4),
      { kind: "subscribed", asked: { epoch: "e", offset: 3 }, epoch: "f", offset: 0, recovered: false },
      gap(null, 0, "f"),
      { kind: "position", epoch: "f", offset: 0 },
      message(1, "f"),
      { ...message(2, "f"), kind: "message", id: "m6", offset: 2, intact: true },
    ];
    assert.deepEqual(judge(draft, "memory").problems, []);
  });

  finds("lost", "a skipped message without a gap", (draft) => draft.heard.splice(5, 1), "lost", "trimmed");
  finds(
    "gap",
    "a gap over a message that is stored",
    (draft) => draft.heard.splice(5, 1, gap(4, 4)),
    "gaps",
    "trimmed",
  );
  finds(
    "gap",
    "a gap that names too little",
    (draft) => {
      draft.history.splice(0, 5);
      draft.heard.splice(5, 2, gap(5, 5));
    },
    "gaps",
    "trimmed",
  );
  finds(
    "lost",
    "another life of a stream in memory without a gap",
    (draft) => {
      draft.history = [stored(4, "f"), stored(5, "f"), stored(6, "f")];
      draft.head = { epoch: "f", offset: 6 };
      draft.heard.splice(5, 4, message(4, "f"), message(5, "f"), message(6, "f"));
    },
    "lost",
    "memory",
  );
  finds(
    "lost",
    "an acknowledged message of the present life of a stream in memory",
    (draft) => {
      draft.history.pop();
      draft.heard.pop();
      draft.head = { epoch: "e", offset: 5 };
    },
    "lost",
    "memory",
  );
});

describe("what has no place in a run", () => {
  finds("error", "a server that logs errors", (draft) => draft.serverErrors.push("server.bug"));
  finds("error", "a publish that is refused for good", (draft) => draft.refusals.push("permission_denied"));
});
