import { EVENT_STREAM } from "./transport-clients.ts";
import { transportContract } from "./transport-contract.ts";

transportContract(EVENT_STREAM);
