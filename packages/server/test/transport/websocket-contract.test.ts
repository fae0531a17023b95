import { WEB_SOCKET } from "./transport-clients.ts";
import { transportContract } from "./transport-contract.ts";

transportContract(WEB_SOCKET);
