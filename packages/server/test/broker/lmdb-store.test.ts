import { makeLmdb } from "./store-harness.ts";
import { controlContract } from "./control-contract.ts";
import { cursorsContract } from "./cursors-contract.ts";
import { lastValuesContract } from "./last-values-contract.ts";
import { queuesContract } from "./queues-contract.ts";
import { allStreamsContract } from "./all-streams-contract.ts";
import { streamsContract } from "./streams-contract.ts";

streamsContract("lmdb", makeLmdb);
allStreamsContract("lmdb", makeLmdb);
cursorsContract("lmdb", makeLmdb);
controlContract("lmdb", makeLmdb);
queuesContract("lmdb", makeLmdb);
lastValuesContract("lmdb", makeLmdb);
