/** The Tidewire server as it is started, memory engine unless told otherwise: node tidewire.ts [engine] [data folder]. */
import { startServer } from "../../packages/server/src/server.ts";
import { resolveConfig } from "../../packages/server/src/config/resolve.ts";
import { answerParent, serverAnswers } from "../support/child.ts";

const [engine = "memory", data = "./data"] = process.argv.slice(2);
process.env["TIDEWIRE_API_KEY"] = "bench";
const flags = { "--port": "0", "--engine": engine, "--data": data, "--log-level": "info" };
const server = await startServer(resolveConfig({ flags, env: { TIDEWIRE_API_KEY: "bench" } }));
process.on("SIGTERM", () => void server.stop().then(() => process.exit(0)));
answerParent({ ...serverAnswers, port: () => server.port });
