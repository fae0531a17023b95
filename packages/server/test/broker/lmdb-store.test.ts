import { makeLmdb } from "./store-harness.ts";
import { cursorsContract } from "./cursors-contract.ts";
import { streamsContract } from "./streams-contract.ts";

streamsContract("lmdb", makeLmdb);
cursorsContract("lmdb", makeLmdb);
