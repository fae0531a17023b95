import { LONG_POLLING } from "./transport-clients.ts";
import { transportContract } from "./transport-contract.ts";

transportContract(LONG_POLLING);
