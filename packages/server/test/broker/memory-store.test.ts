import { controlContract } from "./control-contract.ts";
import { cursorsContract } from "./cursors-contract.ts";
import { lastValuesContract } from "./last-values-contract.ts";
import { queuesContract } from "./queues-contract.ts";
import { makeMemory } from "./store-harness.ts";
import { allStreamsContract } from "./all-streams-contract.ts";
import { streamsContract } from "./streams-contract.ts";

streamsContract("memory", makeMemory);
allStreamsContract("memory", makeMemory);
cursorsContract("memory", makeMemory);
controlContract("memory", makeMemory);
queuesContract("memory", makeMemory);
lastValuesContract("memory", makeMemory);
