/**
 * The Tidewire server as it is started, memory engine unless told otherwise.
 *
 *     tidewire.ts [engine] [data folder] [what a configuration file would hold, as JSON]
 */
import { startServer } from "../../packages/server/src/server.ts";
import { resolveConfig } from "../../packages/server/src/config/resolve.ts";
import { answerParent, serverAnswers } from "../support/child.ts";

const [engine = "memory", data = "./data", settings = "{}"] = process.argv.slice(2);
process.env["TIDEWIRE_API_KEY"] = "bench";
const flags = { "--port": "0", "--engine": engine, "--data": data, "--log-level": "info" };
const env = { TIDEWIRE_API_KEY: "bench" };
const server = await startServer(resolveConfig({ flags, env, settings: JSON.parse(settings) }));
process.on("SIGTERM", () => void server.stop().then(() => process.exit(0)));
answerParent({ ...serverAnswers, port: () => server.port });
